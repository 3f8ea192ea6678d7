"""Every way in which nothing can be said has words of its own; and no row of the table about DNS or senders goes unused."""

import re
from pathlib import Path

import pytest
from nameserver import FIRST, Names

from core.aws.identity import Details
from core.diagnosis.words import rows
from core.dns import answer, own
from core.dns.answer import Answer
from core.dns.asker import Seen
from core.dns.way import Way
from core.identities.look import look
from core.identities.row import MISSING, UNKNOWN
from core.identities.unasked import why

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = Details("hello@example.com", False, True)


@pytest.mark.parametrize(
    ("here", "there", "reference"),
    [
        (answer.SERVFAIL, answer.TIMEOUT, "dns-servfail"),
        (answer.TIMEOUT, answer.TIMEOUT, "dns-timeout"),
        (answer.UNREACHABLE, answer.UNREACHABLE, "dns-unreachable"),
        (answer.SERVFAIL, answer.IPV6_ONLY, "dns-ipv6-only"),
        (answer.TIMEOUT, answer.INSIDE, "dns-inside"),
        (answer.BAD_NAME, answer.BAD_NAME, "dns-bad-name"),
    ],
)
def test_each_silence_has_its_words(here: str, there: str, reference: str) -> None:
    sentence, said = why(Seen(Answer("n", "TXT", here), Answer("n", "TXT", there)))
    assert said.reference == reference and said.known and sentence.endswith(".")


def test_a_machine_without_a_resolver_says_that_there_is_no_way() -> None:
    found = look(ADDRESS, "eu-west-1", Way(("127.0.0.1",), 1, inside=True))
    assert {row.state for row in found} == {UNKNOWN}
    assert {row.hints[0].reference for row in found} <= {"dns-unreachable", "dns-timeout"}


def test_a_domain_that_cannot_be_one_is_said(names: Names) -> None:
    found = look(Details("x..y", True, False), "eu-west-1", names.way)
    assert {row.hints[0].reference for row in found} == {"dns-bad-name"}


def test_servers_by_ipv6_alone_are_told_apart_from_silence(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.zone("example.com", "2606:4700:4700::1111")
    names.resolver.trouble.update({"_dmarc.example.com": "SERVFAIL"})

    def no_way(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(own.dns.query, "udp_with_fallback", no_way)
    dmarc = {row.key: row for row in look(ADDRESS, "eu-west-1", names.way)}["dmarc"]
    assert dmarc.state == UNKNOWN and dmarc.hints[0].reference == "dns-ipv6-only"


def test_a_domain_that_exists_and_holds_nothing_is_no_silence(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.publish("example.com", "A", "192.0.2.1")
    found = {row.key: row for row in look(ADDRESS, "eu-west-1", names.way)}
    assert found["dmarc"].state == found["spf"].state == MISSING


def test_every_row_about_dns_and_senders_is_used_by_the_code_and_reached_by_a_test() -> None:
    mine = {name for name in rows() if name.startswith("dns-")}
    code = " ".join(path.read_text() for path in (ROOT / "core" / "identities").glob("*.py"))
    tests = " ".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert mine <= set(re.findall(r"dns-[a-z0-9-]+", code))
    assert mine <= set(re.findall(r"dns-[a-z0-9-]+", tests))
