"""The check, line by line, against an Amazon in every mood."""

import pytest
from amazon import credentials_of

import core.aws.check
from core.aws.access import Access
from core.aws.check import STATES, CheckLine, check
from core.aws.credentials import Credentials
from core.connect.keys import clean_smtp
from core.demo.running import Running
from core.smtp import password
from core.vault import Secret


def finished(way: Access) -> dict[str, CheckLine]:
    lines = list(check(way, ("review", "send")))
    assert all(line.state in STATES for line in lines)
    return {line.key: line for line in lines if line.state != "running"}


def test_each_line_is_seen_running_before_its_result(way: Access) -> None:
    seen = [(line.key, line.state == "running") for line in check(way)]
    assert seen == [
        (key, now) for key in ("who", "account", "senders", "permissions") for now in (True, False)
    ]


def test_a_sound_account_is_all_ticks_with_numbers(way: Access, rate: int) -> None:
    lines = finished(way)
    assert {line.state for line in lines.values()} == {"ok"}
    assert (
        "Production access" in lines["account"].sentence
        and "of 50,000 sent in 24 hours" in lines["account"].sentence
    )
    assert lines["who"].facts["account_id"] == "000000000000"
    assert "example.com" in lines["senders"].sentence


def test_the_sandbox_is_a_warning_of_its_own_and_never_about_the_keys(amazon: Running, way: Access) -> None:
    amazon.amazon.world.regions["eu-west-1"].production = False
    line = finished(way)["account"]
    assert line.state == "warn" and line.finding is not None and line.finding.reference == "in-sandbox"
    assert (
        "sandbox" in line.sentence.lower()
        and "credential" not in (line.finding.title + line.finding.meaning).lower()
    )


def test_wrong_keys_end_the_check_at_the_first_line(amazon: Running, way: Access) -> None:
    wrong = Credentials("keys", Secret(amazon.demo.access_key_id), Secret("w" * 40))
    lines = finished(Access(wrong, "eu-west-1", endpoint_url=way.endpoint_url))
    assert lines["who"].finding is not None and lines["who"].finding.reference == "secret-does-not-match"
    assert [lines[key].state for key in ("who", "account", "senders", "permissions")] == [
        "fail",
        "skip",
        "skip",
        "skip",
    ]


def test_a_missing_permission_ends_only_its_own_line_and_shows_the_statement(
    amazon: Running, way: Access
) -> None:
    amazon.amazon.faults.add({"name": "denied", "service": "sesv2", "action": "GetAccount", "count": -1})
    lines = finished(way)
    found = lines["account"].finding
    assert lines["account"].state == "fail" and found is not None and found.reference == "permission-missing"
    assert '"ses:GetAccount"' in found.snippet and lines["senders"].state == "ok"


def test_missing_permissions_are_put_into_one_statement(amazon: Running, way: Access) -> None:
    for service, action in (("sesv2", "ListConfigurationSets"), ("ses", "GetIdentityNotificationAttributes")):
        amazon.amazon.faults.add({"name": "denied", "service": service, "action": action, "count": -1})
    line = finished(way)["permissions"]
    assert line.state == "warn" and line.finding is not None
    assert (
        "ses:ListConfigurationSets" in line.finding.snippet
        and "ses:GetIdentityNotificationAttributes" in line.finding.snippet
    )


def test_a_captive_portal_is_not_a_sound_account(amazon: Running, way: Access) -> None:
    amazon.amazon.faults.add({"name": "empty", "service": "sesv2", "action": "GetAccount", "count": -1})
    line = finished(way)["account"]
    assert line.state == "fail" and line.finding is not None and line.finding.reference == "not-amazon"


@pytest.mark.parametrize(
    ("change", "reference"),
    [({"sending": False}, "sending-disabled"), ({"enforcement": "PROBATION"}, "under-review"), ({"enforcement": "SHUTDOWN"}, "shut-down")],
)  # fmt: skip
def test_what_amazon_thinks_of_the_account_is_said(
    amazon: Running, way: Access, change: dict[str, object], reference: str
) -> None:
    for name, value in change.items():
        setattr(amazon.amazon.world.regions["eu-west-1"], name, value)
    line = finished(way)["account"]
    assert line.state == "warn" and line.finding is not None and line.finding.reference == reference


def test_a_region_without_senders_says_so(amazon: Running, way: Access) -> None:
    region = amazon.amazon.world.regions["us-west-1"]
    for each in region.identities.values():
        each.status = "PENDING"
    lines = finished(Access(credentials_of(amazon), "us-west-1", endpoint_url=way.endpoint_url))
    assert (
        lines["senders"].finding is not None and lines["senders"].finding.reference == "no-verified-identity"
    )


def test_a_region_that_is_not_switched_on_is_told_from_wrong_keys(amazon: Running, way: Access) -> None:
    lines = finished(Access(credentials_of(amazon), "af-south-1", endpoint_url=way.endpoint_url))
    found = [line.finding.reference for line in lines.values() if line.finding]
    assert "region-not-enabled" in found or "unknown-key" in found


def test_no_network_is_a_line_with_words(amazon: Running) -> None:
    line = finished(Access(credentials_of(amazon), "eu-west-1", endpoint_url="http://127.0.0.1:9"))["who"]
    assert line.state == "fail" and line.finding is not None and line.finding.whose_side == "network"


def test_over_smtp_the_sign_in_is_a_line_too(amazon: Running, way: Access) -> None:
    demo = amazon.demo
    smtp = Access(
        credentials_of(amazon), "eu-west-1", "smtp", demo.endpoint_url,
        smtp_server=demo.smtp_host, smtp_port=demo.smtp_port, trusted_pem=demo.smtp_ca_pem,
    )  # fmt: skip
    assert finished(smtp)["smtp"].state == "ok"


def test_with_an_smtp_password_alone_only_the_sign_in_is_checked(amazon: Running) -> None:
    demo = amazon.demo
    right = password(Secret(demo.secret_access_key), "eu-west-1").reveal()
    wrong = password(Secret("w" * 40), "eu-west-1").reveal()
    for word, state in ((right, "ok"), (wrong, "fail")):
        only = Access(
            clean_smtp(demo.access_key_id, word), "eu-west-1", "smtp", smtp_server=demo.smtp_host,
            smtp_port=demo.smtp_port, trusted_pem=demo.smtp_ca_pem,
        )  # fmt: skip
        lines = finished(only)
        assert (lines["who"].state, lines["smtp"].state) == ("skip", state) and set(lines) == {"who", "smtp"}
    assert lines["smtp"].finding is not None and lines["smtp"].finding.reference == "smtp-sign-in-refused"


def test_a_silent_amazon_ends_the_check_in_words_for_every_line(
    amazon: Running, way: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.aws.check, "LIMIT", 1.0)
    amazon.amazon.faults.add({"name": "timeout", "service": "sesv2", "seconds": 3.0, "count": -1})
    lines = finished(way)
    assert list(lines) == ["who", "account", "senders", "permissions"]
    assert lines["who"].state == "ok" and lines["account"].state == "fail"
    assert lines["account"].finding is not None and lines["account"].finding.reference == "check-too-long"
    assert lines["account"].sentence == "No answer came in time."
    assert {lines[key].state for key in ("senders", "permissions")} == {"skip"}
    assert lines["senders"].sentence == "Not asked: the time was over."
