"""The gate: who is signed in, the sign-in form, and the one door to streamlit-authenticator.

The form is streamlit-authenticator's, used only as the form: its credentials, cookie and session state are never built.
Our own check decides, a single-use ticket bound to this browser's nonce cookie is posted to `/session/start`, and from
then on an HttpOnly cookie names a session in the store. Role, grants and session are read from the store on every run.
"""

import json
from urllib.parse import urlencode, urlsplit

import streamlit as st

from core import moment
from core.asgi import ADDRESS, SCHEME
from core.cookies import NONCE, SESSION, cookie_name
from core.errors import NotAllowed
from core.lifespan import desk
from core.members import passwords, roles, sessions
from core.members.actor import SignedIn

WHOSE = "whose-tab"  # the member this tab is of


def _cookie(base: str) -> str | None:
    return st.context.cookies.get(cookie_name(base, st.context.headers.get(SCHEME) or "http"))


def cookie_token() -> str | None:
    """The session token this browser sent. The one seam: tests put theirs in here."""
    return _cookie(SESSION)


def nonce() -> str | None:
    """What binds a ticket to this browser: the value of the cookie that came with the page."""
    return _cookie(NONCE)


def address() -> str:
    """Where the browser is, as the edge found it."""
    return st.context.headers.get(ADDRESS) or ""


def signed_in(touch: bool = True) -> SignedIn | None:
    """Who is at the screen just now, read from the store; None: nobody, or no longer. `touch=False` is no sign of use."""
    return sessions.current(desk().store, cookie_token(), moment.now(), touch)


def own_tab(signed: SignedIn | None) -> None:
    """A tab that was another member's begins anew: Streamlit resumes it by its id alone, and knows nothing of our cookie.

    What the other one typed or opened there is forgotten, in the browser too, and no press of theirs counts.
    """
    before = st.session_state.get(WHOSE)
    if before is not None and (signed is None or before != signed.member_id):
        st.session_state.clear()
    if signed is None:
        return
    st.session_state[WHOSE] = signed.member_id
    if before not in (None, signed.member_id):
        st.html("<script>location.reload()</script>", unsafe_allow_javascript=True)
        st.stop()


def require_member(role: str = "viewer", touch: bool = True) -> SignedIn:
    """Whoever is signed in with at least this role; anybody else sees one sentence and nothing more.

    The first line of every page. A fragment runs without its page's first line: `parts.live` asks again.
    """
    signed = signed_in(touch)
    if signed is None:
        st.info("Sign in to see this page.", icon=":material/lock:")
        st.stop()
    if st.session_state.get(WHOSE, signed.member_id) != signed.member_id:
        st.rerun()  # a part of a page or a dialog: the frame sees to it
    try:
        roles.require(signed, role)
    except NotAllowed:
        st.info(
            f"This page is for the role {role}. An admin can change yours under Members.",
            icon=":material/lock:",
        )
        st.stop()
    return signed


def ask_name_and_password() -> None:
    """The sign-in form, and what came of it: a sentence, or the way in."""
    if "again" in st.query_params:
        st.warning("The sign-in took too long, or began in another browser. Please sign in once more.")
    check = _Check()
    _form(check)
    if check.refusal:
        st.error(check.refusal, icon=":material/error:")
    elif check.accepted is not None:
        start_session(check.accepted)


class _Check:
    """What the form hands name and password to; it stands where the library's own check would be."""

    def __init__(self) -> None:
        self.accepted: int | None = None
        self.refusal = ""

    def login(self, name: str = "", password: str = "", *_: object, **__: object) -> bool:
        """Never lets the library store anything: always False, the outcome is kept here."""
        from pages.parts.outcome import outcome

        last = outcome("sign-in")
        with last.turn(last.count):
            if not name.strip() and not password and last.said is not None:
                self.accepted, self.refusal = last.said  # a second press: the first one has emptied the boxes
            elif not name.strip() or not password:
                self.refusal = "Type your name and your password."
            else:
                result = passwords.check(desk().store, name, password, address(), moment.now())
                self.refusal = result.sentence
                self.accepted = result.member if result.ok else None
                last.keep((self.accepted, self.refusal))
                last.drawn()
        return False


class _NoCookies:
    """Stands where the library would read and write cookies by script: it neither reads nor writes."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None


def _form(check: _Check) -> None:
    """streamlit-authenticator's login form around our check. Its constructor is left out on purpose: it would start a
    cookie component written in script and put names and roles into the session state."""
    from streamlit_authenticator import Authenticate

    form = Authenticate.__new__(Authenticate)
    form.path = None
    form.attrs = {"login_sleep_time": 0}
    form.cookie_controller = _NoCookies()
    form.authentication_controller = check
    form.login(
        location="main",
        clear_on_submit=True,
        key="sign-in",
        fields={"Form name": "Sign in", "Username": "Name", "Password": "Password", "Login": "Sign in"},
    )


def start_session(member: int) -> None:
    """Let this browser in as the member whose password was just proven: the ticket goes to our route, the page reloads."""
    bound = nonce()
    if not bound:
        st.error("This browser does not keep cookies for this page. Allow them, reload, and sign in again.")
        return
    ticket = sessions.issue_ticket(desk().store, member, bound, moment.now())
    st.caption("Signing you in…")
    post("/session/start", {"ticket": ticket, "next": here()})


def sign_out() -> None:
    """End this browser's session and go back to the sign-in."""
    post("/session/end", {})


def here() -> str:
    """The page the browser is on, with its filters, as a local path: where to land after the sign-in."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = urlencode([(k, v) for k in st.query_params for v in st.query_params.get_all(k) if k != "again"])
    return f"{path}?{query}" if query else path


def post(path: str, fields: dict[str, str]) -> None:
    """Make the browser post to a route of ours and go where it leads. By script, because only a route can set
    an HttpOnly cookie. By fetch, not by a form: without a referrer a form says its origin is "null", which we refuse."""
    told = json.dumps({"path": path, "fields": fields}).replace("<", "\\u003c").replace("&", "\\u0026")
    st.html(
        "<script>(() => {"
        f"const told = {told};"
        "fetch(told.path, {method: 'POST', body: new URLSearchParams(told.fields), credentials: 'same-origin', cache: 'no-store'})"
        ".then(answer => location.replace(answer.url)).catch(() => location.reload());"
        "})()</script>",
        unsafe_allow_javascript=True,
    )
