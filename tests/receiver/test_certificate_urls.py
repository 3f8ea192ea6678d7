"""Certificate URLs that are not exactly Amazon's for the topic's region: refused, and nothing is ever asked."""

import itertools
import random

import pytest
from hostile_urls import accepted, bent_arn, exactly, hostile, named
from receiving import Desk, Line
from sns_signer import Signer, ses_event

from core.receiver.certificate import file_of, region_of
from core.receiver.refused import Refused
from core.receiver.regions import REGIONS

FILE = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
SOME = 20_000
GOOD = f"https://sns.eu-west-1.amazonaws.com/{FILE}"
HOSTS = [
    "sns.s3.amazonaws.com", "sns.s3-us-west-2.amazonaws.com", "sns.s3-eu-west-1.amazonaws.com", "sns.s3-accelerate.amazonaws.com",
    "sns.us-east-1.amazonaws.com", "sns.eu-west-2.amazonaws.com", "sns.eu-west-9.amazonaws.com", "sns.xx-west-1.amazonaws.com",
    "sns.amazonaws.com", "amazonaws.com", "eu-west-1.amazonaws.com", "sns-eu-west-1.amazonaws.com", "sns.eu-west-1.amazonaws.com.",
    "sns.eu-west-1.amazonaws.com.evil.example", "evil.example", "sns.eu-west-1.amazonaws.com.cn", "sns.eu-west-1.amazonaws.eu",
    "sns.eu-west-1.api.aws", "sns.eu-west-1.amazonaws.co", "sns.eu-west-1.amazonaws.comx", "xsns.eu-west-1.amazonaws.com",
    "a.sns.eu-west-1.amazonaws.com", "SNS.eu-west-1.amazonaws.com", "sns.EU-WEST-1.amazonaws.com", "sns.eu-west-1.AmazonAWS.com",
    "sns.eu-west-1a.amazonaws.com", "sns.eu.west.1.amazonaws.com", "sns..amazonaws.com", "sns.eu-west-1..amazonaws.com",
    "sns.eu-west-1.amazonaws.com:443", "sns.eu-west-1.amazonaws.com:8443", "sns.eu-west-1.amazonaws.com:", "user@sns.eu-west-1.amazonaws.com",
    "user:pass@sns.eu-west-1.amazonaws.com", "sns.eu-west-1.amazonaws.com@evil.example", "evil.example\\@sns.eu-west-1.amazonaws.com",
    "sns.eu-west-1.amazonaws.com\\.evil.example", "evil.example#sns.eu-west-1.amazonaws.com", "evil.example?sns.eu-west-1.amazonaws.com",
    "sns。eu-west-1。amazonaws。com", "sns.eu-west-1.amazonaws.com\u3002", "sns.eu-west-1.amazonaws。com", "ｓｎｓ.eu-west-1.amazonaws.com",
    "sns.eu-west-1.amazonaws.ⅽom", "sns.eu-west-1.аmazonaws.com", "sns.eu‑west‑1.amazonaws.com", "sns%2eeu-west-1.amazonaws.com",
    "sns.eu-west-1.amazonaws.com%2eevil.example", "sns.eu-west-1.amazonaws.com%00.evil.example", "[::1]", "[::ffff:169.254.169.254]",
    "127.0.0.1", "169.254.169.254", "2852039166", "0x7f.1", "localhost", "sns.eu-west-1.amazonaws.com ", " sns.eu-west-1.amazonaws.com",
    "sns.eu-west-1.amazonaws.com\t", "sns.eu-west-1.amazonaws.com/", "sns.us-gov-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn",
    "sqs.eu-west-1.amazonaws.com", "email.eu-west-1.amazonaws.com", "sns.eu-west-1.vpce.amazonaws.com", "sns-fips.eu-west-1.amazonaws.com",
    "", "sns", "*", "sns.*.amazonaws.com", "sns.eu-west-١.amazonaws.com",
]  # fmt: skip
PATHS = [
    "", "/", "/SimpleNotificationService.pem", "/SimpleNotificationService-.pem", f"/{FILE}/", f"//{FILE}", f"/a/{FILE}", f"/../{FILE}",
    f"/./{FILE}", f"/%2e%2e/{FILE}", f"/{FILE}?", f"/{FILE}?x=1", f"/{FILE}?x=.pem", f"/{FILE}#", f"/{FILE}#x", f"/{FILE};x", f"/{FILE} ",
    f"/{FILE}%00", f"/{FILE}%0a", f"/{FILE}.pem", f"/{FILE}x", f"/x{FILE}", f"/{FILE.lower()}", f"/{FILE.upper()}", f"/{FILE[:-4]}",
    f"/{FILE[:-4]}.PEM", f"/{FILE[:-4]}.pem.exe", f"/{FILE[:-4]}-x.pem", f"/{FILE[:-4]}_x.pem", f"/{FILE[:-4]}.x.pem", f"/{FILE[:-4]}é.pem",
    f"/{FILE[:-4]}%41.pem", f"/{FILE[:-4]}\\.pem", f"/{FILE[:-4]}/.pem", f"/SimpleNotificationService-{'a' * 65}.pem", "/?Action=x&y=.pem",
    "/SimpleNotificationService-a.pem/../../x.pem", "\\SimpleNotificationService-a.pem", "/simplenotificationservice-a.pem", "/SimpleNotificationService-a pem",
    "/SimpleNotificationService-١٢٣.pem", "/SimpleNotificationService‐a.pem", "/SimpleNotificationServiceXa.pem", "/SimpleQueueService-a.pem",
]  # fmt: skip
SCHEMES = [
    "http",
    "HTTPS",
    "https:",
    "ftp",
    "file",
    "gopher",
    "",
    "//",
    "javascript",
    "data",
    "https\t",
    " https",
    "httpss",
    "https://https",
    "ws",
]
WHOLE = [
    "", " ", "x", "https://", "https:///", GOOD[6:], GOOD[8:], GOOD + "\u2028", "\ufeff" + GOOD, GOOD.replace("/", "\\"), GOOD.replace("https://", "https:/"),
    GOOD.replace("://", ":"), GOOD * 2, GOOD + "," + GOOD, GOOD.replace(".", "%2e"), "data:text/plain,x", "file:///etc/passwd", GOOD.replace("sns", "%73ns"),
    GOOD.replace("https", "ｈttps"), f"https://sns.eu-west-1.amazonaws.com\r\nHost: evil.example/{FILE}", GOOD + "\n", "\n" + GOOD, GOOD + "\r", GOOD + "\0",
]  # fmt: skip
URLS = sorted(
    {f"https://{host}/{FILE}" for host in HOSTS}
    | {f"https://sns.eu-west-1.amazonaws.com{path}" for path in PATHS}
    | {f"{scheme}://sns.eu-west-1.amazonaws.com/{FILE}" for scheme in SCHEMES}
    | {f"https://{host}{path}" for host, path in itertools.product(HOSTS[:6], PATHS[4:16])}
    | set(WHOLE)
)


def test_the_corpus_is_large_enough() -> None:
    assert len(URLS) >= 200
    assert GOOD not in URLS


def test_no_bad_url_is_accepted_or_asked_for(post_office: Desk, line: Line) -> None:
    signer = post_office.signer
    for url in URLS:
        message = {**signer.notification(line.arn, ses_event()), "SigningCertURL": url}
        answer = post_office.post_bytes(line, signer.body(message))
        assert answer.status == (400 if not url or any(ord(c) < 32 for c in url) else 403), url
    assert post_office.fetched == []
    assert post_office.count("notifications", line) == 0


def test_a_topics_own_region_is_asked_and_no_other(post_office: Desk, line: Line) -> None:
    for region in REGIONS.values():
        url = f"https://{region.host}/{FILE}"
        if region.code == "eu-west-1":
            assert file_of(url, region) == FILE
        else:
            with pytest.raises(Refused):
                file_of(url, REGIONS["eu-west-1"])


@pytest.mark.parametrize(
    "arn",
    [
        "", "arn", "arn:aws:sns:eu-west-1:111122223333", "arn:aws:sns:eu-west-9:111122223333:x", "arn:aws-cn:sns:eu-west-1:111122223333:x",
        "arn:aws:sqs:eu-west-1:111122223333:x", "arn:aws:sns:eu-west-1:11112222333:x", "arn:aws:sns:eu-west-1:111122223333:x:y",
        "arn:aws:sns:eu-west-1:111122223333:x\n", "arn:aws:sns:eu-west-1:111122223333:x y", "ARN:aws:sns:eu-west-1:111122223333:x",
        "arn:aws:sns:eu-west-1:111122223333:x.fifo", "arn:aws:sns::111122223333:x", "arn:aws:sns:EU-WEST-1:111122223333:x",
    ],
)  # fmt: skip
def test_what_is_no_topic_arn_has_no_region(arn: str) -> None:
    assert region_of(arn) is None


def test_the_regions_are_those_of_the_sdk() -> None:
    botocore = pytest.importorskip("botocore.session")
    session = botocore.Session()
    partitions = session.get_available_partitions()
    listed = {
        code: name
        for name in partitions
        for code in session.get_available_regions("sns", partition_name=name)
    }
    assert {code: region.partition for code, region in REGIONS.items()} == listed
    for code, region in REGIONS.items():
        client = session.create_client(
            "sns", region_name=code, aws_access_key_id="x", aws_secret_access_key="x"
        )
        assert client.meta.endpoint_url == f"https://{region.host}"


def test_a_wrong_region_in_a_confirmation_is_refused_before_anything_is_asked(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    signer = Signer(region="us-east-1")
    assert post_office.post(line, signer.confirmation(line.arn)).status == 403
    assert post_office.fetched == []


def test_whatever_is_accepted_is_exactly_amazons() -> None:
    """The long form: `make torture TORTURE=fuzz`."""
    chance, regions, taken = random.Random(16), list(REGIONS.values()), 0
    for _ in range(SOME):
        region = chance.choice(regions)
        url = hostile(chance.randrange, region)
        assert accepted(url, region) is exactly(url, region), url
        taken += exactly(url, region)
        arn = bent_arn(chance.randrange)
        assert region_of(arn) is named(arn), arn
    assert SOME // 50 < taken < SOME // 2
