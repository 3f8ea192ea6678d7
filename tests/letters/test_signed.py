"""Mail that was really signed, with every kind of key and everything that can go wrong, is explained correctly."""

from collections.abc import Callable
from typing import Any

import pytest
from signing import (
    BODY,
    Key,
    ed25519_key,
    expired,
    publish,
    rsa_key,
    short_key,
    signed,
    told,
)

from core.letters.examine import Examined, after
from core.letters.signatures import verify

SIMPLE = (b"simple", b"simple")
RELAXED = (b"relaxed", b"relaxed")


def dkim_of(examined: Examined) -> list[str]:
    """The keys of what is said about DKIM, in order."""
    assert examined.verdict is not None
    return [point.key for point in dict(examined.verdict.groups)["DKIM"]]


def meaning(examined: Examined, key: str) -> str:
    """What this point says."""
    assert examined.verdict is not None
    return next(f"{each.title}. {each.meaning}" for each in examined.verdict.points if each.key == key)


GOOD: dict[str, Callable[[], tuple[Key, bytes]]] = {
    "RSA 2048, relaxed": lambda: (rsa_key(), signed(rsa_key(), canonicalize=RELAXED)),
    "RSA 2048, simple": lambda: (rsa_key(), signed(rsa_key(), canonicalize=SIMPLE)),
    "RSA 1024": lambda: (rsa_key(1024), signed(rsa_key(1024))),
    "Ed25519": lambda: (ed25519_key(), signed(ed25519_key())),
    "a few headers": lambda: (rsa_key(), signed(rsa_key(), include_headers=[b"from", b"subject"])),
    "a folded subject": lambda: (
        rsa_key(),
        signed(rsa_key(), BODY.replace(b"Subject: Hello", b"Subject: Hello\r\n there")),
    ),
    "a long body": lambda: (rsa_key(), signed(rsa_key(), BODY + b"line\r\n" * 5_000)),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_signature_of_the_senders_domain_proves_the_sender(names: Any, name: str) -> None:
    key, raw = GOOD[name]()
    publish(names, key.record)
    found = after(raw, way=names.way)
    assert found.verdict is not None and found.verdict.state == "ok", found.verdict
    assert dkim_of(found) == ["dkim-passed"] and found.verdict.sender == "example.com"


def test_how_long_the_key_is_stands_beside_the_signature(names: Any) -> None:
    publish(names, rsa_key(1024).record)
    assert "1024 bits" in meaning(after(signed(rsa_key(1024)), way=names.way), "dkim-passed")


def test_a_signature_with_a_length_passes_and_is_warned_of(names: Any) -> None:
    publish(names, rsa_key().record)
    found = after(signed(rsa_key(), length=True), way=names.way)
    assert dkim_of(found) == ["dkim-passed", "dkim-part"]
    longer = after(signed(rsa_key(), length=True) + b"Buy this too.\r\n", way=names.way)
    assert dkim_of(longer) == ["dkim-passed", "dkim-part"]  # that is why


def test_a_signature_that_has_run_out_is_not_called_wrong(names: Any) -> None:
    publish(names, rsa_key().record)
    found = after(expired(rsa_key()), way=names.way)
    assert dkim_of(found) == ["dkim-expired"]
    assert found.verdict is not None and found.verdict.state == "unknown"


@pytest.mark.parametrize("key", [rsa_key, short_key], ids=["sha1", "512 bits"])
def test_sha1_and_a_short_key_are_right_and_yet_not_counted(names: Any, key: Callable[[], Key]) -> None:
    publish(names, key().record)
    weak = {} if key is short_key else {"signature_algorithm": b"rsa-sha1"}
    raw = told(signed(key(), **weak), "spf=fail smtp.mailfrom=example.com")
    found = after(raw, way=names.way)
    assert dkim_of(found) == ["dkim-weak"]
    assert ("512" if key is short_key else "sha1") in meaning(found, "dkim-weak")
    assert found.verdict is not None and found.verdict.state == "fail"


def test_a_key_that_was_taken_back_and_one_that_is_gone_are_unknown_not_wrong(names: Any) -> None:
    publish(names, "v=DKIM1; k=rsa; p=")
    back = after(signed(rsa_key()), way=names.way)
    assert dkim_of(back) == ["dkim-key-withdrawn"]
    names.publish("s1._domainkey.example.com", "TXT")
    gone = after(signed(rsa_key()), way=names.way)
    assert dkim_of(gone) == ["dkim-key-gone"]
    for each in (back, gone):
        assert each.verdict is not None and each.verdict.state == "unknown"


@pytest.mark.parametrize("trouble", ["SERVFAIL", "REFUSED", "silence"])
def test_a_key_whose_server_does_not_answer_could_not_be_checked(names: Any, trouble: str) -> None:
    publish(names, rsa_key().record)
    names.resolver.trouble["s1._domainkey.example.com"] = trouble
    found = after(signed(rsa_key()), way=names.way)
    assert dkim_of(found) == ["dkim-key-unasked"]
    assert found.verdict is not None and found.verdict.state == "unknown"


def test_a_footer_that_a_list_added_is_told_in_words(names: Any) -> None:
    publish(names, rsa_key().record)
    raw = told(signed(rsa_key()) + b"_____\r\nlist@lists.example.org\r\n", "spf=fail smtp.mailfrom=other.net")
    found = after(raw, way=names.way)
    assert dkim_of(found) == ["dkim-body-changed"]
    assert "Mailing lists" in meaning(found, "dkim-body-changed") and "footer" in meaning(
        found, "dkim-body-changed"
    )
    assert found.verdict is not None and found.verdict.state == "fail"


def test_a_changed_subject_and_another_key_fail_at_the_headers(names: Any) -> None:
    publish(names, rsa_key().record)
    changed = signed(rsa_key()).replace(b"Subject: Hello", b"Subject: [list] Hello")
    assert dkim_of(after(changed, way=names.way)) == ["dkim-headers-changed"]
    publish(names, rsa_key(2048, 1).record)
    assert dkim_of(after(signed(rsa_key()), way=names.way)) == ["dkim-headers-changed"]


def test_of_several_signatures_one_good_one_of_the_sender_is_enough(names: Any) -> None:
    publish(names, rsa_key().record)
    publish(names, rsa_key(2048, 1).record, "lists.example.org", "s2")  # not the key that signed
    two = signed(rsa_key(), signed(rsa_key()), "lists.example.org", "s2")
    found = after(two, way=names.way)
    assert dkim_of(found) == ["dkim-headers-changed", "dkim-passed"]
    assert found.verdict is not None and found.verdict.state == "ok"
    publish(names, rsa_key().record, "lists.example.org", "s2")
    publish(names, rsa_key(2048, 1).record)
    other = after(told(two, "spf=pass smtp.mailfrom=lists.example.org"), way=names.way)
    assert dkim_of(other) == ["dkim-other", "dkim-headers-changed"]
    assert other.verdict is not None and other.verdict.state == "fail"


def test_a_signature_by_another_domain_or_by_amazon_alone_does_not_prove_the_sender(names: Any) -> None:
    for domain, key in (("other.example", "dkim-other"), ("amazonses.com", "dkim-amazon")):
        publish(names, rsa_key().record, domain)
        raw = told(signed(rsa_key(), domain=domain), "spf=pass smtp.mailfrom=bounce.amazonses.com")
        found = after(raw, way=names.way)
        assert dkim_of(found) == [key]
        assert found.verdict is not None and found.verdict.state == "fail"


def test_a_paste_that_does_not_fit_is_unknown_where_a_file_is_wrong(names: Any) -> None:
    publish(names, rsa_key().record)
    raw = signed(rsa_key()).replace(b"Good morning", b"Good  morning.")
    assert dkim_of(after(raw, way=names.way)) == ["dkim-body-changed"]
    assert dkim_of(after(raw, pasted=True, way=names.way)) == ["dkim-copied"]


def test_spf_proves_the_sender_when_the_receiver_says_so_and_the_domains_belong_together(names: Any) -> None:
    publish(names, rsa_key().record)
    for domain, state in (("bounce.example.com", "ok"), ("amazonses.com", "fail")):
        found = after(told(BODY, f"spf=pass smtp.mailfrom={domain}"), way=names.way)
        assert found.verdict is not None and found.verdict.state == state
    names.publish("_dmarc.example.com", "TXT", "v=DMARC1; p=reject; aspf=s")
    strict = after(told(BODY, "spf=pass smtp.mailfrom=bounce.example.com"), way=names.way)
    assert strict.verdict is not None and strict.verdict.state == "fail"


def test_with_no_time_left_no_process_is_started() -> None:
    assert [each.why for each in verify(signed(rsa_key()), in_time=0.5)] == ["too-much"]
