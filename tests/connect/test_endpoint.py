"""Whatever is pasted becomes a region and a transport, or is refused with words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.connect import regions
from core.connect.endpoint import SMTP_PORTS, recognise
from core.errors import BadInput


@pytest.mark.parametrize(
    ("pasted", "region", "transport", "host", "port"),
    [
        ("eu-west-1", "eu-west-1", "api", "", 587),
        ("eu-west-1a", "eu-west-1", "api", "", 587),
        ("  US-East-1 ", "us-east-1", "api", "", 587),
        ("email.eu-west-1.amazonaws.com", "eu-west-1", "api", "", 587),
        (" 'https://Email.EU-West-1.amazonaws.com./v2/email?x=1' ", "eu-west-1", "api", "", 587),
        ("email.eu-west-1.amazonaws.com:443", "eu-west-1", "api", "", 587),
        ("email.eu-\u200bwest-1.amazonaws.com\u2060", "eu-west-1", "api", "", 587),
        ("email-fips.us-east-1.amazonaws.com", "us-east-1", "api", "email-fips.us-east-1.amazonaws.com", 587),
        ("email.eu-west-1.api.aws", "eu-west-1", "api", "email.eu-west-1.api.aws", 587),
        ("email.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "api", "", 587),
        ("email.us-gov-west-1.amazonaws.com", "us-gov-west-1", "api", "", 587),
        ("email-smtp.us-east-1.amazonaws.com", "us-east-1", "smtp", "", 587),
        ("email-smtp.us-east-1.amazonaws.com:465", "us-east-1", "smtp", "", 465),
        ("smtp://email-smtp.eu-central-1.amazonaws.com:2587", "eu-central-1", "smtp", "", 2587),
        ("email-smtp-fips.us-west-2.amazonaws.com", "us-west-2", "smtp", "email-smtp-fips.us-west-2.amazonaws.com", 587),
        ("email.eu-west-1.amazonaws.com:587", "eu-west-1", "smtp", "", 587),
        ("vpce-0a1-b2.email-smtp.eu-west-1.vpce.amazonaws.com:2587", "eu-west-1", "smtp", "vpce-0a1-b2.email-smtp.eu-west-1.vpce.amazonaws.com", 2587),
        ("https://eu-west-1.console.aws.amazon.com/ses/home?region=eu-west-1#/account", "eu-west-1", "api", "", 587),
        ("https://console.aws.amazon.com/ses/home?region=ap-south-1", "ap-south-1", "api", "", 587),
        ("https://eu-central-1.console.aws.amazon.com/ses/home", "eu-central-1", "api", "", 587),
    ],
)  # fmt: skip
def test_every_form_amazon_writes_is_understood(
    pasted: str, region: str, transport: str, host: str, port: int
) -> None:
    found = recognise(pasted)
    assert (found.region, found.transport, found.host, found.smtp_port) == (region, transport, host, port)


@pytest.mark.parametrize(
    "pasted",
    [
        "", "   ", "evil.example", "email.eu-west-1.amazonaws.com.evil.example", "evil.example/email.eu-west-1.amazonaws.com",
        "https://user:pw@email.eu-west-1.amazonaws.com", "https://email.eu-west-1.amazonaws.com@evil.example/",
        "email.eu-west-1.amazonaws.com\\@evil.example", "email.eu-west-1.amazonaws.com%2eevil.example", "169.254.169.254",
        "http://[::ffff:169.254.169.254]/", "http://2852039166/", "localhost", "127.0.0.1:4566", "sns.eu-west-1.amazonaws.com",
        "email.s3.amazonaws.com", "email.eu-west-9.amazonaws.com", "ap-east-1", "cn-north-1", "email.ap-east-1.amazonaws.com",
        "email.cn-north-1.amazonaws.com.cn", "email-fips.eu-west-1.amazonaws.com", "email.eu-west-1.amazonaws.eu",
        "email.eusc-de-east-1.amazonaws.com", "email.eu-west-1.amazonaws.com:8443", "email-smtp.eu-west-1.amazonaws.com:443",
        "inbound-smtp.eu-west-1.amazonaws.com", "feedback-smtp.eu-west-1.amazonses.com", "https://console.aws.amazon.com/ses/home",
        "vpce-1.vpce-svc-2.eu-west-1.vpce.amazonaws.com", "x" * 3000, "//", "email..amazonaws.com", "news@example.com",
    ],
)  # fmt: skip
def test_what_is_not_amazon_ses_is_refused_with_a_sentence_at_the_field(pasted: str) -> None:
    with pytest.raises(BadInput) as refused:
        recognise(pasted)
    assert refused.value.field == "endpoint"
    assert refused.value.message.endswith(".") and len(refused.value.message.split()) > 4


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_leads_to_a_server_that_is_not_amazons(text: str) -> None:
    try:
        server = recognise(text).server
    except BadInput:
        return
    assert server.endswith((".amazonaws.com", ".api.aws", ".amazonaws.eu", ".api.amazonwebservices.eu"))


@settings(deadline=None)
@given(st.sampled_from([code for code, _ in regions.SES_REGIONS]), st.sampled_from(SMTP_PORTS))
def test_both_servers_of_every_region_are_recognised_and_lead_to_each_other(region: str, port: int) -> None:
    http = recognise(recognise(region).server)
    smtp = recognise(f"{http.over_smtp(port).server}:{port}")
    assert (http.region, http.transport, smtp.region, smtp.transport, smtp.smtp_port) == (
        region,
        "api",
        region,
        "smtp",
        port,
    )
    assert smtp.over_http().server == http.server and "HTTP" in smtp.note


def test_our_regions_are_those_boto3_knows_for_ses() -> None:
    import boto3

    session = boto3.Session()
    known = {
        region
        for partition in ("aws", "aws-us-gov", "aws-eusc")
        for region in session.get_available_regions("sesv2", partition_name=partition)
    }
    assert {code for code, _ in regions.SES_REGIONS} == known
    assert len(regions.SES_REGIONS) == len(known)


def test_a_region_is_spoken_of_by_its_place() -> None:
    assert regions.spoken("eu-west-1") == "Europe (Ireland) · eu-west-1"
    assert regions.place("xx-nowhere-1") == "xx-nowhere-1"
    assert [regions.partition(code) for code in ("eu-west-1", "us-gov-west-1", "eusc-de-east-1")] == [
        "aws",
        "aws-us-gov",
        "aws-eusc",
    ]
