"""Our calls to Amazon over the wire: unchanged boto3 against the demo Amazon."""

import subprocess
import sys

import pytest
from amazon import credentials_of
from botocore.exceptions import ClientError

from core.aws import topics
from core.aws.access import Access
from core.aws.account import Account, account, who_am_i
from core.aws.credentials import Credentials
from core.aws.identities import covering, identities, verify
from core.aws.send import send
from core.connect.letter import write
from core.demo.running import Running
from core.diagnosis import Context, explain
from core.smtp import MaybeSent
from core.vault import Secret

SUCCESS = "success@simulator.amazonses.com"


def test_who_am_i_names_account_and_user(way: Access) -> None:
    who = who_am_i(way)
    assert who.account_id == "000000000000" and not who.root and who.name
    assert who.arn.startswith("arn:aws:iam::000000000000:")


def test_the_account_is_read_as_plain_values(way: Access) -> None:
    said = account(way)
    assert (
        said.production and said.sending_enabled and said.enforcement == "HEALTHY" and said.max_24h == 50_000
    )
    assert Account(**said.as_dict()) == said


@pytest.mark.parametrize("fault", ["portal", "empty", "garbage"])
@pytest.mark.parametrize("ask", [who_am_i, account, identities])
def test_a_200_from_something_that_is_not_amazon_is_no_success(
    amazon: Running, way: Access, fault: str, ask: object
) -> None:
    amazon.amazon.faults.add({"name": fault, "count": -1})
    try:
        ask(way)  # type: ignore[operator]
    except Exception as error:
        assert explain(error, Context(service="ses")).reference == "not-amazon"
    else:
        raise AssertionError("it passed for Amazon")


def test_a_wrong_secret_is_amazons_to_refuse(amazon: Running, way: Access) -> None:
    wrong = Access(
        Credentials("keys", Secret(amazon.demo.access_key_id), Secret("w" * 40)),
        "eu-west-1",
        endpoint_url=way.endpoint_url,
    )
    with pytest.raises(ClientError) as refused:
        who_am_i(wrong)
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_identities_come_verified_first(way: Access) -> None:
    known = identities(way)
    assert [one.verified for one in known] == sorted((one.verified for one in known), reverse=True)
    assert {one.name for one in known if one.verified} >= {"example.com", "hello@example.net"}
    assert any(not one.verified for one in known)


def test_an_address_sends_under_its_own_identity_before_its_domain(way: Access) -> None:
    known = identities(way)
    assert covering(known, "Anyone@Example.com") == next(one for one in known if one.name == "example.com")
    assert (covering(known, "hello@example.net") or known[0]).name == "hello@example.net"
    assert (covering(known, "a@deep.news.example.com") or known[0]).name == "news.example.com"
    assert covering(known, "other@example.net") is None and covering(known, "nonsense") is None


def test_a_verified_domain_covers_an_address_that_still_waits(way: Access) -> None:
    verify(way, "not-yet@example.com")
    covered = covering(identities(way), "Not-Yet@example.com")
    assert covered is not None and covered.name == "example.com" and covered.verified
    verify(way, "alone@nowhere.example")
    covered = covering(identities(way), "alone@nowhere.example")
    assert covered is not None and covered.name == "alone@nowhere.example" and not covered.verified


def test_an_address_that_still_waits_is_mailed_its_link_again(amazon: Running, way: Access) -> None:
    verify(way, "waits@example.org")
    amazon.amazon.world.regions["eu-west-1"].identities["waits@example.org"].status = "FAILED"
    assert verify(way, "waits@example.org").identity.status == "FAILED"
    asked = [one["action"] for one in amazon.amazon.called()]
    assert asked[-3:] == ["CreateEmailIdentity", "GetEmailIdentity", "VerifyEmailIdentity"]
    assert verify(way, "example.com").identity.verified
    assert "VerifyEmailIdentity" not in [one["action"] for one in amazon.amazon.called()][len(asked) :]


def test_verifying_a_domain_gives_its_records_and_again_gives_the_same(way: Access) -> None:
    begun = verify(way, "brand-new.example")
    assert not begun.identity.verified and begun.identity.is_domain
    assert len(begun.records) == 3 and all(kind == "CNAME" for kind, _, _ in begun.records)
    assert all(name.endswith("._domainkey.brand-new.example") for _, name, _ in begun.records)
    assert verify(way, "brand-new.example").records == begun.records
    assert verify(way, "new@example.net").records == ()


def test_a_mail_is_sent_and_known_by_its_id(amazon: Running, way: Access) -> None:
    letter = write("news@example.com", "Jürgen", SUCCESS, "Grüße", "Hallo ä", drill=True)
    assert len(send(way, letter)) > 20


@pytest.mark.parametrize("fault", ["close", "portal", "empty", "garbage", "broken"])
def test_a_send_whose_answer_is_lost_is_unknown_and_made_once(
    amazon: Running, way: Access, fault: str
) -> None:
    asked: list[str] = []
    way_in = amazon.amazon.faults.take

    def counted(service: str, action: str) -> object:
        asked.append(action)
        return way_in(service, action)

    amazon.amazon.faults.add({"name": fault, "service": "sesv2", "action": "SendEmail", "count": -1})
    amazon.amazon.faults.take = counted  # type: ignore[method-assign,assignment]
    try:
        with pytest.raises(MaybeSent):
            send(way, write("news@example.com", "", SUCCESS, "Once", "Only once"))
    finally:
        del amazon.amazon.faults.take
    assert asked.count("SendEmail") == 1


def test_a_refused_send_is_refused(amazon: Running, way: Access) -> None:
    with pytest.raises(ClientError):
        send(way, write("news@not-verified.example", "", SUCCESS, "No", "No"))


def test_an_arn_tells_region_and_account() -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:bounces"
    assert (topics.region_of(arn), topics.account_of(arn), topics.region_of("x")) == (
        "eu-west-1",
        "123456789012",
        "",
    )


def test_temporary_keys_sign_with_their_token(amazon: Running, way: Access) -> None:
    from core.demo.beginning import new_key

    key = new_key(temporary=True)
    amazon.amazon.world.keys[key.id] = key
    with_token = Credentials("keys", Secret(key.id), Secret(key.secret), Secret(key.session_token))
    assert who_am_i(Access(with_token, "eu-west-1", endpoint_url=way.endpoint_url)).account_id
    without = Credentials("keys", Secret(key.id), Secret(key.secret))
    with pytest.raises(ClientError):
        who_am_i(Access(without, "eu-west-1", endpoint_url=way.endpoint_url))


def test_access_prints_no_secret(amazon: Running, way: Access) -> None:
    assert amazon.demo.secret_access_key not in repr(way) and amazon.demo.access_key_id not in repr(
        credentials_of(amazon)
    )


def test_boto3_is_imported_only_when_amazon_is_called() -> None:
    code = (
        "import sys, core.aws.check, core.connect.walk, core.connect.tests, core.connect.listen, core.connect.quick_check,"
        " core.connect.checks, core.diagnosis; core.diagnosis.explain(ValueError('x'));"
        " sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
