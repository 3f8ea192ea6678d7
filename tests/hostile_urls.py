"""Certificate URLs and ARNs as somebody would write them who wants another host to be asked, and what alone may be accepted.

`hostile(pick, region)` builds one from a grammar; `pick(n)` chooses a number below n: from chance, or from a fuzzer's bytes.
`exactly(url, region)` says without any pattern of ours whether it is Amazon's. `bent_arn` and `named` do so for a topic's ARN.
"""

import string
from collections.abc import Callable
from urllib.parse import urlsplit

from core.receiver.certificate import file_of
from core.receiver.refused import Refused
from core.receiver.regions import REGIONS, SnsRegion

Pick = Callable[[int], int]
EVIL = "evil.example"
HEAD, TAIL = "SimpleNotificationService-", ".pem"
LETTERS = string.ascii_letters + string.digits
HOSTS = frozenset(region.host for region in REGIONS.values())
CODES = [
    *REGIONS,
    "eu-west-9",
    "s3",
    "s3-us-west-2",
    "xx",
    "",
    "eu-west-1a",
    "*",
    "eu.west.1",
    "eu-west-١",
    "eu‑west‑1",
]
SUFFIXES = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws", "amazonaws.co", "amazonaws.comx", "amazonaws.com.",
            f"amazonaws.com.{EVIL}", "AmazonAWS.com", "аmazonaws.com", "amazonaws.ⅽom", "amazonaws", "c2s.ic.gov", ""]  # fmt: skip
SERVICES = [
    "sns",
    "sns",
    "sns",
    "sqs",
    "SNS",
    "ｓｎｓ",
    "sns-fips",
    "xsns",
    "a.sns",
    "sns.",
    "",
    "%73ns",
    "s\u00adns",
    "sn\u200bs",
]
DOTS = ["。", "．", "｡", "․", "..", "%2e", "%252e", "", "-", ".\t", "\u2024"]
ADDRESSES = ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:169.254.169.254]", "[fe80::1%25eth0]", "2130706433", "0x7f.1", "0177.0.0.1",
             "127.1", "localhost", "①②⑦.0.0.1", EVIL, "s3.amazonaws.com", "sns.s3.amazonaws.com"]  # fmt: skip
SCHEMES = [
    "http",
    "HTTPS",
    "Https",
    "ftp",
    "file",
    "gopher",
    "",
    "https:",
    "ｈttps",
    " https",
    "https\t",
    "javascript",
    "httpss",
    "jar:https",
]
SLASHES = [":/", ":", ":///", ":\\\\", ":/\\", "//", ":// ", "%3a//", "://\t"]
USERS = [
    "user@",
    "user:word@",
    "@",
    ":@",
    f"{EVIL}@",
    f"{EVIL}\\@",
    f"{EVIL}#@",
    f"{EVIL}?@",
    f"{EVIL}/@",
    f"{EVIL}%40",
    "%00@",
    "a@b@",
]
PORTS = [":443", ":8443", ":", ":0", ":443:443", ":٤٤٣", ":-1", ":99999", ":80@" + EVIL, "%3a443"]
AFTER = [
    f"@{EVIL}",
    f".{EVIL}",
    f"\\.{EVIL}",
    f"\\@{EVIL}",
    f"#@{EVIL}",
    f"?@{EVIL}",
    f"%2e{EVIL}",
    f"%00.{EVIL}",
    ".",
    "\t",
    " ",
    "\u3002",
    f";{EVIL}",
    f",{EVIL}",
]
LEADS = [
    "//",
    "/../",
    "/./",
    "/a/../",
    "/%2e%2e/",
    "/..;/",
    "/%2f",
    "\\",
    "/\\",
    "/a/",
    "/?",
    "/#",
    "",
    "/bucket/",
    "/;/",
    "/ ",
    "/\t",
    "/..%5c",
]
TRAILS = [
    "?",
    "?x=1",
    "?.pem",
    "#",
    "#x",
    ";x",
    " ",
    "%00",
    "%0a",
    "\n",
    "\r\nHost: " + EVIL,
    ".pem",
    ".exe",
    "/",
    "/../x.pem",
    "\0",
    "\u2028",
    "%2epem",
    "\ufeff",
]
NAMES = [
    "SimpleQueueService-",
    "simplenotificationservice-",
    "SimpleNotificationService",
    "SimpleNotificationService‐",
    "x" + HEAD,
    "%53impleNotificationService-",
    "",
]
TAILS = [".PEM", ".pen", "", ".pem.pem", ".crt", "%2epem", ".pém", "．pem"]
INNER = ["-", "_", ".", "/", "..", "é", "%41", "\\", "١", " ", "\n", "+", "\x00", "@", ":", "ⓐ", "ſ", "K"]
STRANGE = [
    "\u200d",
    "\ufeff",
    "\x00",
    "%",
    "%25",
    "@",
    ":",
    "/",
    "\\",
    "#",
    "?",
    ".",
    "。",
    "\t",
    "\r\n",
    "A",
    "é",
    "\ud800",
    "-",
    "s",
]


def _one(pick: Pick, of: "list[str] | str") -> str:
    return of[pick(len(of))]


def _host(pick: Pick, region: SnsRegion) -> str:
    kind = pick(8)
    if kind == 0:
        return _one(pick, ADDRESSES)
    if kind == 1:
        return list(REGIONS.values())[pick(len(REGIONS))].host
    if kind == 2:
        return f"{_one(pick, SERVICES)}.{_one(pick, CODES)}.{_one(pick, SUFFIXES)}"
    if kind == 3:
        return region.host.replace(".", _one(pick, DOTS), 1 + pick(4))
    if kind == 4:
        at = pick(len(region.host))
        return region.host[:at] + region.host[at].upper() + region.host[at + 1 :]
    return region.host


def _file(pick: Pick) -> str:
    name = "".join(_one(pick, LETTERS) for _ in range(pick(4) if pick(3) == 0 else 8))
    name *= 1 + (7 if pick(4) == 0 else 0) + (1 if pick(16) == 0 else 0)  # 64 characters fit, 72 do not
    if pick(6) == 0:
        at = pick(len(name) + 1)
        name = name[:at] + _one(pick, INNER) + name[at:]
    head = HEAD if pick(8) else _one(pick, NAMES)
    return head + name + (TAIL if pick(8) else _one(pick, TAILS))


def hostile(pick: Pick, region: SnsRegion) -> str:
    """A URL for that region; about one in ten is right."""
    scheme = "https" if pick(8) else _one(pick, SCHEMES)
    slashes = "://" if pick(10) else _one(pick, SLASHES)
    user = "" if pick(6) else _one(pick, USERS)
    port = "" if pick(8) else _one(pick, PORTS)
    after = "" if pick(6) else _one(pick, AFTER)
    lead = "/" if pick(6) else _one(pick, LEADS)
    trail = "" if pick(6) else _one(pick, TRAILS)
    url = scheme + slashes + user + _host(pick, region) + port + after + lead + _file(pick) + trail
    if pick(6) == 0:
        at = pick(len(url) + 1)
        url = url[:at] + _one(pick, STRANGE) + url[at + pick(2) :]
    return url


def exactly(url: str, region: SnsRegion) -> bool:
    """Whether this is an https URL on the region's own SNS host, of a certificate's file at its root, and nothing else."""
    try:
        parts = urlsplit(url)
        plain = parts.username is None and parts.password is None and parts.port is None
    except ValueError:
        return False
    name = parts.path.removeprefix("/").removeprefix(HEAD).removesuffix(TAIL)
    rebuilt = f"https://{region.host}/{HEAD}{name}{TAIL}"
    host = parts.hostname == parts.netloc == region.host and parts.netloc in HOSTS
    return (
        url == rebuilt and plain and host and parts.scheme == "https" and 1 <= len(name) <= 64
        and all(letter in LETTERS for letter in name)
    )  # fmt: skip


def accepted(url: str, region: SnsRegion) -> bool:
    """Whether the receiver would ask there for a certificate. A refusal is a 403 and nothing else."""
    try:
        name = file_of(url, region)
    except Refused as refused:
        assert refused.status == 403, url
        return False
    assert url == f"https://{region.host}/{name}", url
    return True


def bent_arn(pick: Pick) -> str:
    """The ARN of a topic, about half of them not quite."""
    region = list(REGIONS.values())[pick(len(REGIONS))]
    parts = ["arn", region.partition, "sns", region.code, "111122223333", "t-1_T"]
    if pick(4) == 0:
        others = [
            *CODES,
            *SERVICES,
            "aws",
            "aws-cn",
            "11112222333",
            "1" * 13,
            "٣" * 12,
            "t" * 256,
            "t" * 257,
            "t.fifo",
        ]
        parts[pick(6)] = _one(pick, others)
    whole = ":".join(parts)
    if pick(4) == 0:
        at = pick(len(whole) + 1)
        whole = whole[:at] + _one(pick, STRANGE) + whole[at + pick(2) :]
    return whole


def named(arn: str) -> SnsRegion | None:
    """The region of a topic's ARN, read without any pattern of ours."""
    parts = arn.split(":")
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns" or not 1 <= len(parts[5]) <= 256:
        return None
    region = REGIONS.get(parts[3])
    plain = set(parts[4]) <= set(string.digits) and set(parts[5]) <= {*LETTERS, "-", "_"}
    return region if region and region.partition == parts[1] and len(parts[4]) == 12 and plain else None
