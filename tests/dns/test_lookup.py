"""Names asked of a real server on loopback: each kind of no told apart, nothing waited for too long, nothing asked inside."""

import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nameserver import FIRST, SECOND, Names

from core.dns import answer, own
from core.dns.asker import Asker
from core.dns.domain import aligned, organisational, zones
from core.dns.lookup import cname, look, mx, txt
from core.dns.way import Until, Way, public


def test_records_come_as_text_with_their_pieces_joined(names: Names) -> None:
    names.resolver.put("example.com", "TXT", ["v=spf1 include:a.example", " ~all"], "other")
    names.resolver.put("example.com", "MX", "20 Second.example.com", "10 first.example.com")
    names.resolver.put("a._domainkey.example.com", "CNAME", "A.dkim.amazonses.com")
    said = txt("Example.COM.", way=names.way)
    assert said.state == answer.FOUND and set(said.records) == {"v=spf1 include:a.example ~all", "other"}
    assert (b"v=spf1 include:a.example", b" ~all") in said.pieces
    assert mx("example.com", way=names.way).records == ("10 first.example.com", "20 second.example.com")
    assert cname("a._domainkey.example.com", way=names.way).records == ("a.dkim.amazonses.com",)


def test_an_alias_is_followed_and_named(names: Names) -> None:
    names.resolver.put("k._domainkey.example.com", "CNAME", "k.dkim.amazonses.com")
    names.resolver.put("k.dkim.amazonses.com", "TXT", "p=abc")
    said = txt("k._domainkey.example.com", way=names.way)
    assert said.records == ("p=abc",) and said.aliases == ("k.dkim.amazonses.com",)


def test_a_record_too_long_for_udp_comes_over_tcp(names: Names) -> None:
    long = "v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(250)) + " ~all"
    names.resolver.put("long.example.com", "TXT", long)
    assert txt("long.example.com", way=names.way).records == (long,)


@pytest.mark.parametrize(
    ("trouble", "state"),
    [("SERVFAIL", answer.SERVFAIL), ("REFUSED", answer.SERVFAIL), ("silence", answer.TIMEOUT)],
)
def test_trouble_is_no_answer_and_never_a_missing_record(names: Names, trouble: str, state: str) -> None:
    names.resolver.trouble["example.com"] = trouble
    said = txt("example.com", 0.5, names.way)
    assert said.state == state and not said.told


def test_no_such_name_and_no_such_record_are_two_things(names: Names) -> None:
    names.resolver.put("example.com", "A", "192.0.2.1")
    assert txt("example.com", way=names.way).state == answer.NODATA
    assert txt("nobody.example.com", way=names.way).state == answer.NXDOMAIN


def test_a_name_above_others_exists_though_it_has_no_record(names: Names) -> None:
    names.resolver.put("a.b.example.com", "TXT", "x")
    assert txt("b.example.com", way=names.way).state == answer.NODATA


def test_a_resolver_that_is_not_there_is_no_way_and_no_missing_record() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    said = txt("example.com", 1.0, Way(("127.0.0.1",), port, inside=True))
    assert said.state in (answer.UNREACHABLE, answer.TIMEOUT) and not said.told


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "x" * 64 + ".example.com", ".example.com", "a/b.example", "a" * 300]
)
def test_what_cannot_be_a_name_is_said(name: str, names: Names) -> None:
    assert txt(name, way=names.way).state == answer.BAD_NAME
    assert not names.resolver.asked


def test_a_name_with_umlauts_is_asked_in_punycode(names: Names) -> None:
    names.resolver.put("xn--bcher-kva.example", "TXT", "hello")
    assert txt("Bücher.example", way=names.way).records == ("hello",)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_no_name_whatever_it_is_raises(name: str) -> None:
    said = txt(name, 0, Way(("127.0.0.1",), 9, inside=True))
    assert said.state in (answer.BAD_NAME, answer.TIMEOUT)


def answers_with(raw: bytes) -> tuple[socket.socket, int]:
    """A UDP server that answers every question with these bytes behind its id."""
    import threading

    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                data, sender = server.recvfrom(4096)
                server.sendto(data[:2] + raw, sender)
            except OSError:
                return

    threading.Thread(target=run, daemon=True).start()
    return server, server.getsockname()[1]


@pytest.mark.parametrize(
    "raw", [b"", b"\x81\x80", b"\x81\x80" + b"\xff" * 40, b"\x81\x80\0\1\0\1\0\0\0\0\xc0\x0c" * 3]
)
def test_an_answer_that_is_none_ends_in_a_state(raw: bytes) -> None:
    server, port = answers_with(raw)
    try:
        said = txt("example.com", 0.6, Way(("127.0.0.1",), port, inside=True))
        assert not said.told
    finally:
        server.close()


def test_the_domains_own_servers_are_asked_and_not_the_resolver(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.own.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    seen = Asker(names.way).both("_dmarc.example.com", "TXT")
    assert seen.here.state == answer.NXDOMAIN and seen.own.found and seen.answer is seen.own and seen.differ
    assert seen.own.asked == "ns1.example.com"


def test_what_was_taken_back_is_believed_to_be_gone(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.own.put("example.com", "A", "192.0.2.1")
    names.resolver.put("_dmarc.example.com", "TXT", "v=DMARC1; p=none")
    seen = Asker(names.way).both("_dmarc.example.com", "TXT")
    assert not seen.answer.found and seen.differ


def test_the_second_server_answers_when_the_first_does_not(names: Names) -> None:
    names.zone("example.com", FIRST, SECOND)
    names.own.trouble["*"] = "REFUSED"
    names.second.put("example.com", "TXT", "hello")
    said = Asker(names.way).own("example.com", "TXT")
    assert said.records == ("hello",) and said.asked == "ns2.example.com"


def test_a_part_of_the_zone_that_others_answer_for_is_followed(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.resolver.put("ns.mail.example.com", "A", SECOND)
    names.own.referrals["mail.example.com"] = ["ns.mail.example.com"]
    names.second.put("k.mail.example.com", "TXT", "here")
    assert Asker(names.way).own("k.mail.example.com", "TXT").records == ("here",)


def test_servers_that_hand_on_for_ever_end(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.own.referrals["mail.example.com"] = ["ns1.example.com"]
    assert not Asker(names.way).own("k.mail.example.com", "TXT").told


def test_an_alias_to_another_zone_is_judged_by_what_the_resolver_found(names: Names) -> None:
    names.zone("example.com", FIRST)
    for zone in (names.own, names.resolver):
        zone.put("k.example.com", "CNAME", "k.elsewhere.example")
    names.resolver.put("k.elsewhere.example", "TXT", "p=1")
    seen = Asker(names.way).both("k.example.com", "TXT")
    assert seen.answer.records == ("p=1",) and not seen.differ


def test_servers_that_speak_ipv6_only_are_told_apart(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    names.zone("example.com", "2001:db8::53")
    said = Asker(names.way, Until(time.monotonic() + 2)).own("example.com", "TXT")
    assert said.state in (answer.IPV6_ONLY, answer.TIMEOUT)  # by whether this machine has a way for IPv6

    def no_way(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(own.dns.query, "udp_with_fallback", no_way)
    assert Asker(names.way).own("example.com", "TXT").state == answer.IPV6_ONLY


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.2", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "::", "ff02::1", "2001:db8::1", "not an address", "",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_open_internet_is(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize("inside", [FIRST, "169.254.169.254", "::ffff:7f00:2"])
def test_name_servers_that_point_inside_are_never_asked(names: Names, inside: str) -> None:
    names.zone("evil.example", inside)
    names.own.put("evil.example", "TXT", "secret of the inside")
    closed = Way(names.way.servers, names.port, inside=False)
    said = Asker(closed).own("evil.example", "TXT")
    assert said.state == answer.INSIDE and not said.records and not names.own.asked


def test_a_referral_that_points_inside_is_not_followed(names: Names) -> None:
    names.zone("evil.example", "8.8.8.8")
    servers = own.servers_of("evil.example", Until(), Way(names.way.servers, names.port))
    assert servers.addresses == (("ns1.evil.example", "8.8.8.8"),)
    names.resolver.put("in.evil.example", "A", FIRST)
    onward = own._addressed(
        "sub.evil.example", ("in.evil.example",), Until(), Way(names.way.servers, names.port)
    )
    assert onward.state == answer.INSIDE and not onward.addresses


def test_all_questions_of_a_look_end_with_it(names: Names) -> None:
    names.zone("example.com", FIRST)
    names.own.trouble["*"] = names.resolver.trouble["_dmarc.example.com"] = "silence"
    began = time.monotonic()
    asker = Asker(names.way, Until(time.monotonic() + 0.6))
    seen = [asker.both(name, "TXT") for name in ("_dmarc.example.com", "example.com", "a.example.com")]
    assert not seen[0].answer.told and seen[2].own.state == answer.TIMEOUT
    assert time.monotonic() - began < 5


def test_the_same_question_is_asked_once(names: Names) -> None:
    names.zone("example.com", FIRST)
    asker = Asker(names.way)
    for _ in range(3):
        asker.both("_dmarc.example.com", "TXT")
    assert names.own.asked.count(("_dmarc.example.com", "TXT")) == 1
    assert names.resolver.asked.count(("_dmarc.example.com", "TXT")) == 1


def test_a_top_level_domain_is_never_asked() -> None:
    assert zones("a.b.example.co.uk") == ["example.co.uk", "co.uk"]
    assert zones("com") == []


def test_the_domain_somebody_registered() -> None:
    assert organisational("mail.shop.example.co.uk") == "example.co.uk"
    assert aligned("bounce.example.com", "news.example.com") and not aligned("example.com", "example.org")
    assert not aligned("bounce.example.com", "example.com", strict=True) and not aligned("", "")
    assert look("a..b", "A").asked
