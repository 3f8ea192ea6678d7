"""Every error the demo Amazon can make, raised by unchanged boto3 and a real SMTP conversation, has words."""

import pytest
from amazon import credentials_of

from core import smtp
from core.aws.access import Access
from core.aws.send import send
from core.connect.letter import mime, write
from core.demo.faults import CATALOGUE, SMTP, WAYS
from core.demo.running import Running
from core.diagnosis import Context, explain
from core.smtp import MaybeSent

EXPECTED = {
    "unknown-key": "unknown-key", "bad-signature": "secret-does-not-match", "clock-behind": "clock-off", "clock-ahead": "clock-off",
    "time-skewed": "clock-off", "token-ended": "token-expired", "denied": "permission-missing",
    "denied-by-organisation": "denied-by-organisation", "paused": "sending-suspended", "rate": "sending-too-fast",
    "daily-quota": "daily-quota-used", "slow-down": "asked-too-often", "sandbox": "production-access-missing",
    "unverified": "identity-not-verified", "broken": "send-unknown", "unavailable": "amazon-trouble",
}  # fmt: skip


def context() -> Context:
    return Context(
        region="eu-west-1",
        service="ses",
        from_address="news@example.com",
        to_address="success@simulator.amazonses.com",
    )


@pytest.mark.parametrize("fault", [*CATALOGUE, *(way for way in WAYS if not way.startswith("timeout"))])
def test_each_fault_of_a_send_is_explained(amazon: Running, way: Access, fault: str) -> None:
    amazon.amazon.faults.add({"name": fault, "service": "sesv2", "action": "SendEmail", "count": -1})
    letter = write("news@example.com", "", "success@simulator.amazonses.com", "Hello", "Hello")
    with pytest.raises(Exception) as raised:
        send(way, letter)
    said = explain(raised.value, context())
    assert said.known and said.reference == EXPECTED.get(fault, said.reference)
    assert amazon.demo.access_key_id not in said.as_json()


@pytest.mark.parametrize("fault", list(SMTP))
def test_each_smtp_reply_is_explained(amazon: Running, way: Access, fault: str) -> None:
    amazon.amazon.faults.add({"name": fault, "count": -1})
    keys = credentials_of(amazon)
    assert keys.access_key_id and keys.secret_access_key
    letter = write("news@example.com", "", "success@simulator.amazonses.com", "Hello", "Hello")
    word = smtp.password(keys.secret_access_key, "eu-west-1")
    with pytest.raises(Exception) as raised:
        smtp.send(
            way.smtp,
            way.smtp_port,
            keys.access_key_id,
            word,
            letter.sender,
            letter.recipient,
            mime(letter),
            way.trusted_pem,
        )
    assert not isinstance(raised.value, MaybeSent)
    assert explain(raised.value, context()).known
