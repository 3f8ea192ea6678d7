"""The two cookies: the session's, and the nonce that binds a sign-in to one browser. No script can read either.

Source: OWASP ASVS 5.0, 3.3; the `__Host-` prefix of RFC 6265bis.
"""

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

NONCE = "ses_desk_nonce"
SESSION = "ses_desk"


def cookie_name(base: str, scheme: str) -> str:
    """The name a cookie goes by: on https the browser itself guarantees that no other host or path set it."""
    return f"__Host-{base}" if scheme == "https" else base


def cookie(base: str, value: str, scheme: str, max_age: int | None = None) -> str:
    """One Set-Cookie value: HttpOnly, SameSite=Strict, this host only, Secure on https. `max_age` in seconds; 0 removes it."""
    secure = "; Secure" if scheme == "https" else ""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    return f"{cookie_name(base, scheme)}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"


def read_cookie(headers: Headers, base: str, scheme: str) -> str | None:
    """The value a browser sent under this cookie's name, or None."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return None
    found = jar.get(cookie_name(base, scheme))
    return found.value if found and found.value else None
