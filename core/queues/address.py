"""Where a queue is: read from its URL, its ARN, or a link copied from Amazon's console.

China is left out: there is no SES there.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from core.aws.hosts import suffix
from core.connect.regions import partition
from core.errors import BadInput

SHAPE = "Paste the queue's URL, like https://sqs.eu-west-1.amazonaws.com/123456789012/ses-events."
ARN = re.compile(
    r"arn:[a-z-]{3,16}:sqs:([a-z0-9-]{5,32}):(\d{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)", re.ASCII
)
HOST = re.compile(
    r"(?:sqs(?:-fips)?\.(?P<new>[a-z0-9-]{5,32})|(?P<old>[a-z0-9-]{5,32})\.queue|(?P<first>queue))"
    r"\.(?:amazonaws\.com|amazonaws\.eu|api\.aws)",
    re.ASCII,
)
PATH = re.compile(r"/(\d{12})/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)/?", re.ASCII)
IN_A_LINK = re.compile(r"https://[^#]*#/queues/(https[^/?&\s]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """One queue. `region` is empty where the URL does not say it (the demo, a custom endpoint)."""

    region: str
    account: str
    name: str
    url: str

    def arn(self, region: str) -> str:
        """Its ARN, in this region where the URL names none."""
        where = self.region or region
        return f"arn:{partition(where)}:sqs:{where}:{self.account}:{self.name}"


def read(typed: str, own_endpoint: bool = False) -> Address:
    """The queue that was meant. `own_endpoint`: any host counts, since the calls go to the connection's own endpoint.

    Raises BadInput (`url`).
    """
    text = typed.strip().strip("'\"")
    if link := IN_A_LINK.match(text):
        text = unquote(link[1])
    if named := ARN.fullmatch(text):
        return _amazon(named[1], named[2], named[3])
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise BadInput(SHAPE, "url") from None
    path = PATH.fullmatch(parts.path)
    if path is None or parts.query or parts.fragment or parts.username is not None:
        raise BadInput(SHAPE, "url")
    if own_endpoint and parts.scheme in ("http", "https"):
        return Address("", path[1], path[2], f"{parts.scheme}://{parts.netloc}/{path[1]}/{path[2]}")
    found = HOST.fullmatch(host)
    if found is None or parts.scheme != "https" or parts.port not in (None, 443):
        raise BadInput(SHAPE, "url")
    return _amazon(found["new"] or found["old"] or "us-east-1", path[1], path[2])


def _amazon(region: str, account: str, name: str) -> Address:
    return Address(region, account, name, f"https://sqs.{region}.{suffix(region)}/{account}/{name}")
