"""What POST /sns/{token} takes and refuses, from outside: strict JSON, sizes, certificates of other regions, who may wait."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from contract.product import Account, Product, call
from sns_signer import ACCOUNT, REGION, Signer, ses_event


def post(account: Account, body: bytes, path: str = "", **headers: str) -> int:
    return call("POST", account.product.base + (path or account.path), body, headers).status


def with_extra(account: Account, text: str) -> bytes:
    """A valid notification with one more key, its value as written."""
    signed = account.product.signer.body(account.product.signer.notification(account.arn, ses_event()))
    return signed.rstrip()[:-1] + b', "Extra": ' + text.encode() + b"}"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("[" * 31 + "]" * 31, 200),
        ("[" * 32 + "]" * 32, 400),
        ('{"a":' * 30 + "{}" + "}" * 30, 200),
        ('{"a":' * 31 + "{}" + "}" * 31, 400),
        ("[" * 100_000 + "]" * 100_000, 400),
        ("9223372036854775807", 200),
        ("18446744073709551616", 400),
        ("1e400", 400),
        ("NaN", 400),
        ('{"a": 1, "a": 1}', 400),
        ('1, "Typ\\u0065": "Notification"', 400),
    ],
    ids=lambda value: str(value)[:20],
)
def test_json_is_read_strictly(account: Account, text: str, status: int) -> None:
    assert post(account, with_extra(account, text)) == status


def test_ten_topics_wait_at_an_open_token_and_none_at_a_closed_one(
    account: Account, product: Product
) -> None:
    path = product.admin_json("add-topic", "--connection", account.name)["callback_path"]
    signer, name = product.signer, uuid.uuid4().hex[:8]
    arns = [f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}-{n}" for n in range(11)]
    asked = [post(account, signer.body(signer.confirmation(arn)), path) for arn in arns]
    assert asked == [200] * 10 + [403]
    assert post(account, signer.body(signer.confirmation(arns[0])), path) == 200
    assert post(account, signer.body(signer.notification(arns[0], ses_event())), path) == 503
    assert post(account, signer.body(signer.notification(arns[10], ses_event())), path) == 403
    assert post(account, signer.body(signer.confirmation(arns[0]))) == 403
    assert post(account, signer.body(signer.confirmation(account.arn))) == 200


@pytest.mark.parametrize(
    ("region", "partition", "name"),
    [
        ("me-south-1", "aws", "sns-signing.me-south-1.amazonaws.com"),
        ("us-gov-east-1", "aws-us-gov", "sns-us-gov-west-1.amazonaws.com"),
    ],
)
def test_regions_with_certificate_names_of_their_own(
    product: Product, region: str, partition: str, name: str
) -> None:
    product.admin_json("add-connection", f"in-{region}", "--region", region, "--from", "news@example.org")
    arn = f"arn:{partition}:sns:{region}:{ACCOUNT}:bounces"
    path = product.admin_json("add-topic", "--connection", f"in-{region}", "--arn", arn)["callback_path"]
    for number, (common_name, status) in enumerate([(name, 200), ("sns.amazonaws.com", 403)]):
        file = f"SimpleNotificationService-{region.replace('-', '')}{number}.pem"
        signer = Signer(common_name=common_name, region=region, file=file)
        signer.save(product.folder / "certificates")
        body = signer.body(signer.notification(arn, ses_event()))
        assert call("POST", product.base + path, body).status == status


def test_a_dead_letter_counts_for_thirty_days_after_its_certificate_ended(account: Account) -> None:
    now = datetime.now(UTC)
    for days, status in ((29, 200), (31, 403)):
        signer = Signer(
            not_before=now - timedelta(days=365),
            not_after=now - timedelta(days=days),
            file=f"SimpleNotificationService-ended{days}.pem",
        )
        signer.save(account.product.folder / "certificates")
        old = signer.notification(account.arn, ses_event(), at=now - timedelta(days=days + 1))
        assert post(account, signer.body(old)) == status
        assert post(account, signer.body(signer.notification(account.arn, ses_event()))) == 403


def test_one_send_reject_or_rendering_failure_per_destination(account: Account) -> None:
    message_id = uuid.uuid4().hex
    kinds = ("Send", "Reject", "Rendering Failure")
    for kind in kinds:
        event = ses_event(kind, message_id=message_id)
        event["mail"]["destination"] = ["A@Example.com", "b@example.com", "c@example.com"]
        account.say(event)
    found = sorted((event["type"], event["recipient"]) for event in account.events(message_id=message_id))
    assert found == sorted((kind, f"{name}@example.com") for kind in kinds for name in "abc")


@pytest.mark.parametrize(
    "message",
    ["", "[" * 100_000, '{"eventType":"Send","mail":NaN}', json.dumps({"eventType": ["Bounce"], "mail": {}}),
     json.dumps(ses_event(recipient="a\x00b@example.com")), json.dumps(ses_event(recipient="a\ud800b@example.com"))],
    ids=["empty", "deep", "NaN", "type a list", "NUL", "half a surrogate"],
)  # fmt: skip
def test_whatever_a_signed_message_holds_is_kept(account: Account, message: str) -> None:
    assert account.post(message).status == 200
    assert len(account.events()) == 1


def test_metrics_answer_this_machine_or_a_token(account: Account, product: Product) -> None:
    url, away = product.base + "/metrics", {"X-Forwarded-For": "127.0.0.1"}
    assert call("GET", url).status == 200
    assert call("GET", url, headers=away).status == 404
    assert call("GET", url, headers=away | {"Authorization": f"Bearer {account.api_token}"}).status == 200
    assert call("GET", url, headers=away | {"Authorization": "Bearer wrong"}).status == 404
