"""What did they paste? A server name, URL, console link or region becomes a region and a transport.

Anything that is not Amazon's is refused: the keys would be sent there. Patterns: "Amazon Simple Email Service endpoints
and quotas" in the AWS General Reference.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from core.aws.hosts import api_host, dual_stack_suffix, smtp_host, suffix
from core.connect.regions import FIPS_REGIONS, exists, spoken
from core.errors import BadInput

SMTP_PORTS = (587, 465, 25, 2587, 2465)
TLS_PORTS = (465, 2465)  # TLS from the first byte; the others begin plain and must STARTTLS

_REGION = r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)"
_AMAZON = r"(?:amazonaws\.com|api\.aws|amazonaws\.eu|api\.amazonwebservices\.eu)"
_API = re.compile(rf"email(?P<fips>-fips)?\.{_REGION}\.{_AMAZON}")
_SMTP = re.compile(rf"email-smtp(?P<fips>-fips)?\.{_REGION}\.{_AMAZON}")
_VPC = re.compile(rf"vpce-[a-z0-9-]+\.(?P<kind>email|email-smtp)\.{_REGION}\.vpce\.amazonaws\.com")
_MAIL = re.compile(rf"(?P<kind>inbound-smtp|feedback-smtp)\.{_REGION}\.(?:amazonaws\.com|amazonses\.com)")
_CONSOLE = re.compile(r"(?:[a-z0-9.-]+\.)?console\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.eu)")
_BARE = re.compile(rf"{_REGION}(?P<zone>[a-z])?")
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?P<host>[^/:?#\s]*)(?::(?P<port>\d{1,5}))?(?P<rest>[/?#].*)?", re.S
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where SES is called. `host` is empty for the region's own; `note` is a sentence about what was understood."""

    region: str
    transport: str  # api | smtp
    host: str = ""
    smtp_port: int = 587
    note: str = ""

    @property
    def server(self) -> str:
        """The full server name."""
        return self.host or (api_host(self.region) if self.transport == "api" else smtp_host(self.region))

    def moved(self, region: str) -> "Endpoint":
        """The same way in another region, at its own server there; a server that stands for Amazon's stays."""
        return replace(self, region=region, host=self.host if "://" in self.host else "", note="")

    def over_http(self) -> "Endpoint":
        """The same region over HTTP, which Amazon answers faster: the one-click fix for a pasted SMTP server."""
        return replace(self, transport="api", host="", note="")

    def over_smtp(self, port: int = 587) -> "Endpoint":
        """The same region over SMTP."""
        return replace(self, transport="smtp", host="", smtp_port=port, note="")


def clean(text: str) -> str:
    """Without blanks, quotes, zero-width characters and capitals."""
    shown = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in shown if unicodedata.category(c) not in ("Cf", "Cc") and not c.isspace())
    return kept.strip("\"'`<>()[]“”‘’,;").lower()


def recognise(text: str) -> Endpoint:
    """The endpoint that was meant. Raises BadInput, field "endpoint", for what is not Amazon SES."""
    pasted = clean(text)
    if not pasted:
        raise BadInput(
            "Choose a region, or paste a server name such as email.eu-west-1.amazonaws.com.", "endpoint"
        )
    if len(pasted) > 2000:
        raise BadInput(
            "That is too long for a server name. Paste only the server name or the region.", "endpoint"
        )
    if "@" in pasted.split("/")[2 if "://" in pasted else 0].split("?")[0]:
        raise BadInput(
            "Paste only the server name: no address, no user name and no password in it.", "endpoint"
        )
    parts = _URL.fullmatch(pasted)
    if parts is None:
        raise BadInput(_refusal(pasted), "endpoint")
    host = parts["host"].rstrip(".")
    port = int(parts["port"]) if parts["port"] else None
    for read in (_console, _api, _smtp, _vpc, _mail, _bare):
        found = read(host, port, parts["rest"] or "")
        if found:
            return _known(found)
    raise BadInput(_refusal(host or pasted), "endpoint")


def _console(host: str, port: int | None, rest: str) -> Endpoint | None:
    if not _CONSOLE.fullmatch(host):
        return None
    named = re.search(rf"[?&#]region={_REGION}(?![\w-])", rest) or re.match(rf"{_REGION}\.console\.", host)
    if not named:
        raise BadInput("That console link names no region. Choose the region from the list.", "endpoint")
    return Endpoint(named["region"], "api", note="Region taken from the console link.")


def _api(host: str, port: int | None, rest: str) -> Endpoint | None:
    found = _API.fullmatch(host)
    if not found:
        return None
    region = found["region"]
    if port in SMTP_PORTS:
        note = f"{host} is the server for HTTP, but port {port} is for SMTP. Over SMTP the server is {smtp_host(region)}."
        return Endpoint(region, "smtp", smtp_port=port or 587, note=note)
    if port not in (None, 443):
        raise BadInput(f"Amazon SES answers on port 443, not {port}. Leave the port out.", "endpoint")
    if found["fips"] and region not in FIPS_REGIONS:
        raise BadInput(f"There is no FIPS endpoint in {spoken(region)}. Use {api_host(region)}.", "endpoint")
    if not host.endswith((f".{region}.{suffix(region)}", f".{region}.{dual_stack_suffix(region)}")):
        raise BadInput(f"In {spoken(region)} the server is {api_host(region)}.", "endpoint")
    note = "FIPS endpoint." if found["fips"] else ""
    if not note and host != api_host(region):
        note = "Dual-stack endpoint (IPv4 and IPv6)."
    return Endpoint(region, "api", "" if host == api_host(region) else host, note=note)


def _smtp(host: str, port: int | None, rest: str) -> Endpoint | None:
    found = _SMTP.fullmatch(host)
    if not found:
        return None
    region = found["region"]
    if port is not None and port not in SMTP_PORTS:
        raise BadInput(f"Amazon takes SMTP on ports 587, 465, 25, 2587 and 2465, not on {port}.", "endpoint")
    if not host.endswith(f".{region}.{suffix(region)}"):
        raise BadInput(f"In {spoken(region)} the SMTP server is {smtp_host(region)}.", "endpoint")
    note = f"That is the SMTP server. For HTTP, which is faster, the server is {api_host(region)}."
    return Endpoint(region, "smtp", "" if host == smtp_host(region) else host, port or 587, note)


def _vpc(host: str, port: int | None, rest: str) -> Endpoint | None:
    found = _VPC.fullmatch(host)
    if not found:
        return None
    note = "A private endpoint inside your own network (VPC). It only works from there."
    smtp = found["kind"] == "email-smtp"
    if port is not None and port not in (SMTP_PORTS if smtp else (443,)):
        raise BadInput(f"Port {port} is not one Amazon SES answers on. Leave the port out.", "endpoint")
    return Endpoint(found["region"], "smtp" if smtp else "api", host, port or 587 if smtp else 587, note)


def _mail(host: str, port: int | None, rest: str) -> Endpoint | None:
    found = _MAIL.fullmatch(host)
    if not found:
        return None
    region = found["region"]
    what = (
        "receives mail for you" if found["kind"] == "inbound-smtp" else "takes bounces for a MAIL FROM domain"
    )
    raise BadInput(
        f"{host} only {what}; it sends nothing. For sending, use {api_host(region)} or {smtp_host(region)}.",
        "endpoint",
    )


def _bare(host: str, port: int | None, rest: str) -> Endpoint | None:
    found = _BARE.fullmatch(host)
    if not found or (rest and rest != "/"):
        return None
    region = found["region"]
    if port in SMTP_PORTS:
        return Endpoint(region, "smtp", smtp_port=port or 587)
    if port is not None:
        return None
    return Endpoint(region, "api", note=f"{host} is one zone of {region}." if found["zone"] else "")


def _known(found: Endpoint) -> Endpoint:
    if exists(found.region):
        return found
    if found.region.startswith("cn-"):
        raise BadInput("Amazon SES does not exist in the China regions. Choose another region.", "endpoint")
    raise BadInput(f"Amazon SES does not exist in {found.region}. Choose a region from the list.", "endpoint")


def _refusal(host: str) -> str:
    if host.endswith(("amazonaws.com", "api.aws", "amazonaws.eu", "amazonaws.com.cn")):
        return (
            "That server is Amazon's, but it is not SES. The name begins with email. or email-smtp., "
            "for example email.eu-west-1.amazonaws.com."
        )
    return (
        "That is not an Amazon SES server, so your keys will not be sent there. "
        "Choose a region, or paste a name such as email.eu-west-1.amazonaws.com."
    )
