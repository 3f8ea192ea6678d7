"""Each record judged against real name servers on loopback: right, missing, wrong, unknown, and every common mistake named."""

from collections.abc import Callable
from typing import Any

import pytest
from nameserver import FIRST, Names

from core.aws.identity import Details
from core.dns.way import Way
from core.identities.look import ORDER, look
from core.identities.row import INCORRECT, MISSING, STATES, UNKNOWN, VERIFIED, Row

DOMAIN, REGION = "example.com", "eu-west-1"
TOKENS = ("aaaa", "bbbb", "cccc")
DETAILS = Details(
    DOMAIN, True, True, "SUCCESS", "", True, "SUCCESS", False, TOKENS, mail_from=f"bounce.{DOMAIN}"
)
SPF = "v=spf1 include:amazonses.com ~all"
FEEDBACK = f"10 feedback-smtp.{REGION}.amazonses.com"


def publish(names: Names) -> None:
    """Everything as Amazon wants it."""
    names.zone(DOMAIN, FIRST)
    for token in TOKENS:
        names.publish(f"{token}._domainkey.{DOMAIN}", "CNAME", f"{token}.dkim.amazonses.com")
    names.publish(f"bounce.{DOMAIN}", "MX", FEEDBACK)
    names.publish(f"bounce.{DOMAIN}", "TXT", SPF)
    names.publish(DOMAIN, "TXT", SPF)
    names.publish(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none; rua=mailto:dmarc@example.com")
    names.resolver.put("amazonses.com", "TXT", "v=spf1 ip4:199.255.192.0/22 ~all")


@pytest.fixture
def right(names: Names) -> Names:
    publish(names)
    return names


def rows(names: Names, details: Details = DETAILS, way: Way | None = None) -> dict[str, Row]:
    found = look(details, REGION, way or names.way)
    assert all(row.state in STATES for row in found)
    assert all(hint.known for row in found for hint in row.hints)
    return {row.key: row for row in found}


def references(row: Row) -> list[str]:
    return [hint.reference for hint in row.hints]


def test_everything_published_as_wanted_is_verified(right: Names) -> None:
    found = rows(right)
    assert tuple(found) == ORDER
    assert {row.state for row in found.values()} == {VERIFIED}
    assert not any(row.hints or "yet everywhere" in row.note for row in found.values())
    assert found["dkim-1"].wanted == "aaaa.dkim.amazonses.com" and found["dkim-1"].found == (
        "aaaa.dkim.amazonses.com",
    )
    assert found["mail-from-spf"].facts["lookups"] == "1"


def test_nothing_published_is_missing_and_names_what_to_publish(names: Names) -> None:
    names.zone(DOMAIN, FIRST)
    names.publish(DOMAIN, "A", "192.0.2.1")
    found = rows(names)
    assert {row.state for row in found.values()} == {MISSING}
    assert not found["spf"].needed and found["spf"].good
    assert all(row.wanted for row in found.values())
    assert {key: references(row) for key, row in found.items()} == {
        **{key: ["dns-dkim-missing"] for key in ("dkim-1", "dkim-2", "dkim-3")},
        "mail-from-mx": ["dns-mx-missing"],
        "mail-from-spf": ["dns-spf-missing"],
        "spf": ["dns-spf-missing"],
        "dmarc": ["dns-dmarc-missing"],
    }


def dkim(kind: str, *values: Any, name: str = "aaaa._domainkey.example.com") -> Callable[[Names], None]:
    def slip(names: Names) -> None:
        names.publish("aaaa._domainkey.example.com", "CNAME")
        names.publish(name, kind, *values)

    return slip


def at(name: str, kind: str, *values: Any) -> Callable[[Names], None]:
    return lambda names: names.publish(name, kind, *values)


def moved(old: str, new: str, kind: str, value: str) -> Callable[[Names], None]:
    def slip(names: Names) -> None:
        names.publish(old, kind)
        names.publish(new, kind, value)

    return slip


BOUNCE, DMARC = "bounce.example.com", "_dmarc.example.com"
MISTAKES: list[tuple[str, str, Callable[[Names], None], str, str]] = [
    ("dkim-1", "the domain twice", dkim("CNAME", "aaaa.dkim.amazonses.com", name="aaaa._domainkey.example.com.example.com"), MISSING, "dns-name-doubled"),
    ("dkim-1", "no underscore", dkim("CNAME", "aaaa.dkim.amazonses.com", name="aaaa.domainkey.example.com"), MISSING, "dns-underscore-dropped"),
    ("dkim-1", "a proxy", dkim("A", "203.0.113.7"), INCORRECT, "dns-cname-proxied"),
    ("dkim-1", "as text", dkim("TXT", "aaaa.dkim.amazonses.com"), INCORRECT, "dns-cname-as-text"),
    ("dkim-1", "no last dot", dkim("CNAME", "aaaa.dkim.amazonses.com.example.com"), INCORRECT, "dns-value-doubled"),
    ("dkim-1", "an old value", dkim("CNAME", "old.dkim.amazonses.com"), INCORRECT, "dns-dkim-incorrect"),
    ("mail-from-mx", "another region", at(BOUNCE, "MX", "10 feedback-smtp.us-east-1.amazonses.com"), INCORRECT, "dns-mx-region"),
    ("mail-from-mx", "two of them", at(BOUNCE, "MX", FEEDBACK, "20 mail.example.com"), INCORRECT, "dns-mx-several"),
    ("mail-from-mx", "another server", at(BOUNCE, "MX", "10 mail.example.com"), INCORRECT, "dns-mx-incorrect"),
    ("mail-from-mx", "no last dot", at(BOUNCE, "MX", FEEDBACK + ".example.com"), INCORRECT, "dns-value-doubled"),
    ("mail-from-mx", "the domain twice", moved(BOUNCE, f"{BOUNCE}.example.com", "MX", FEEDBACK), MISSING, "dns-name-doubled"),
    ("mail-from-spf", "two of them", at(BOUNCE, "TXT", SPF, "v=spf1 mx -all"), INCORRECT, "dns-spf-several"),
    ("mail-from-spf", "quotes", at(BOUNCE, "TXT", f'"{SPF}"'), INCORRECT, "dns-quotes"),
    ("mail-from-spf", "without Amazon", at(BOUNCE, "TXT", "v=spf1 mx ~all"), INCORRECT, "dns-spf-without-amazon"),
    ("mail-from-spf", "behind all", at(BOUNCE, "TXT", "v=spf1 ~all include:amazonses.com"), INCORRECT, "dns-spf-after-all"),
    ("mail-from-spf", "run together", at(BOUNCE, "TXT", ["v=spf1 mx", "include:amazonses.com", " ~all"]), INCORRECT, "dns-split-txt"),
    ("mail-from-spf", "a slip of the pen", at(BOUNCE, "TXT", "v=spf1 includes:amazonses.com ~all"), INCORRECT, "dns-spf-syntax"),
    ("mail-from-spf", "another version", at(BOUNCE, "TXT", "v=spf1: include:amazonses.com ~all"), INCORRECT, "dns-spf-syntax"),
    ("mail-from-spf", "open to all", at(BOUNCE, "TXT", "v=spf1 include:amazonses.com +all"), INCORRECT, "dns-spf-open"),
    ("mail-from-spf", "gone", at(BOUNCE, "TXT", "hello"), MISSING, "dns-spf-missing"),
    ("spf", "gone names", at(DOMAIN, "TXT", "v=spf1 include:a.gone.example include:b.gone.example include:c.gone.example ~all"), INCORRECT, "dns-spf-empty"),
    ("dmarc", "quotes", at(DMARC, "TXT", '"v=DMARC1; p=none"'), INCORRECT, "dns-quotes"),
    ("dmarc", "no policy", at(DMARC, "TXT", "v=DMARC1; rua=mailto:a@example.com"), INCORRECT, "dns-dmarc-syntax"),
    ("dmarc", "a wrong policy", at(DMARC, "TXT", "v=DMARC1; p=monitor"), INCORRECT, "dns-dmarc-syntax"),
    ("dmarc", "small letters", at(DMARC, "TXT", "v=dmarc1; p=none"), INCORRECT, "dns-dmarc-syntax"),
    ("dmarc", "no semicolon", at(DMARC, "TXT", "v=DMARC1; p=none rua=mailto:a@example.com"), INCORRECT, "dns-dmarc-syntax"),
    ("dmarc", "no mailto", at(DMARC, "TXT", "v=DMARC1; p=none; rua=a@example.com"), INCORRECT, "dns-dmarc-syntax"),
    ("dmarc", "two of them", at(DMARC, "TXT", "v=DMARC1; p=none", "v=DMARC1; p=reject"), INCORRECT, "dns-dmarc-several"),
    ("dmarc", "at the domain", moved(DMARC, DOMAIN, "TXT", "v=DMARC1; p=none"), MISSING, "dns-dmarc-elsewhere"),
    ("dmarc", "no underscore", moved(DMARC, "dmarc.example.com", "TXT", "v=DMARC1; p=none"), MISSING, "dns-underscore-dropped"),
    ("dmarc", "the domain twice", moved(DMARC, f"{DMARC}.example.com", "TXT", "v=DMARC1; p=none"), MISSING, "dns-name-doubled"),
    ("dmarc", "gone", at(DMARC, "TXT"), MISSING, "dns-dmarc-missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "slip", "state", "reference"),
    [(key, slip, state, reference) for key, _, slip, state, reference in MISTAKES],
    ids=[f"{key}: {name}" for key, name, *_ in MISTAKES],
)
def test_each_common_mistake_is_named_and_spoils_no_other_row(
    right: Names, key: str, slip: Callable[[Names], None], state: str, reference: str
) -> None:
    slip(right)
    found = rows(right)
    assert found[key].state == state and references(found[key])[0] == reference, found[key]
    shared = {"spf"} if reference == "dns-dmarc-elsewhere" else set()
    assert all(row.state == VERIFIED for row in found.values() if row.key not in {key, *shared})


@pytest.mark.parametrize("count", [10, 11])
def test_the_eleventh_question_of_an_spf_record_is_one_too_many(right: Names, count: int) -> None:
    names = [f"s{number}.example" for number in range(count - 1)]
    for name in names:
        right.resolver.put(name, "TXT", "v=spf1 ip4:192.0.2.1 ~all")
    right.publish(
        DOMAIN,
        "TXT",
        "v=spf1 include:amazonses.com " + " ".join(f"include:{name}" for name in names) + " ~all",
    )
    row = rows(right)["spf"]
    assert row.facts["lookups"] == str(count)
    assert (row.state == INCORRECT) is (count > 10) and ("dns-spf-lookups" in references(row)) is (count > 10)


def test_questions_are_counted_through_includes_redirects_a_and_mx(right: Names) -> None:
    right.resolver.put("inner.example", "TXT", "v=spf1 a mx exists:%{i}.x.example ip4:192.0.2.1 -all")
    right.resolver.put("over.example", "TXT", "v=spf1 include:inner.example -all")
    right.publish(DOMAIN, "TXT", "v=spf1 redirect=over.example")
    assert rows(right)["spf"].facts["lookups"] == "5"


def test_a_circle_of_includes_ends_as_too_many_questions(right: Names) -> None:
    right.resolver.put("one.example", "TXT", "v=spf1 include:two.example ~all")
    right.resolver.put("two.example", "TXT", "v=spf1 include:one.example ~all")
    right.publish(DOMAIN, "TXT", "v=spf1 include:one.example ~all")
    assert "dns-spf-lookups" in references(rows(right)["spf"])


def test_the_record_to_publish_keeps_what_others_need(right: Names) -> None:
    right.publish(BOUNCE, "TXT", "v=spf1 include:crm.example ip4:192.0.2.7 -all")
    right.resolver.put("crm.example", "TXT", "v=spf1 ip4:192.0.2.9 -all")
    wanted = rows(right)["mail-from-spf"].wanted
    assert wanted == "v=spf1 include:crm.example ip4:192.0.2.7 include:amazonses.com -all"


def test_a_part_of_spf_that_does_not_answer_leaves_it_unknown(right: Names) -> None:
    right.publish(DOMAIN, "TXT", "v=spf1 include:silent.example ~all")
    right.resolver.trouble["silent.example"] = "SERVFAIL"
    row = rows(right)["spf"]
    assert row.state == UNKNOWN and references(row) == ["dns-spf-partly"]


@pytest.mark.parametrize(
    ("trouble", "reference"), [("SERVFAIL", "dns-servfail"), ("REFUSED", "dns-servfail")]
)
def test_servers_in_trouble_make_every_row_unknown_and_none_missing(
    right: Names, trouble: str, reference: str
) -> None:
    right.own.trouble["*"] = right.resolver.trouble["*"] = trouble
    found = rows(right)
    assert {row.state for row in found.values()} == {UNKNOWN}
    assert {references(row)[0] for row in found.values()} == {reference}


def test_silence_ends_in_words(right: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.dns.way.IN_ALL", 0.5)
    right.own.trouble["*"] = right.resolver.trouble["*"] = "silence"
    found = rows(right)
    assert {row.state for row in found.values()} == {UNKNOWN}
    assert {references(row)[0] for row in found.values()} == {"dns-timeout"}


def test_the_resolver_alone_is_enough_when_the_domains_servers_are_silent(right: Names) -> None:
    right.own.trouble["*"] = "REFUSED"
    assert {row.state for row in rows(right).values()} == {VERIFIED}


def test_published_but_not_yet_everywhere_is_verified_and_said(right: Names) -> None:
    right.resolver.put(DMARC, "TXT")
    right.resolver.put("aaaa._domainkey.example.com", "CNAME")
    found = rows(right)
    for key in ("dmarc", "dkim-1"):
        assert found[key].state == VERIFIED and "Published, but not yet everywhere" in found[key].note


def test_name_servers_inside_are_not_asked_and_the_resolver_still_answers(right: Names) -> None:
    found = rows(right, way=Way(right.way.servers, right.port, inside=False))
    assert {row.state for row in found.values()} == {VERIFIED} and not right.own.asked
    right.resolver.trouble[DMARC] = "SERVFAIL"
    row = rows(right, way=Way(right.way.servers, right.port, inside=False))["dmarc"]
    assert row.state == UNKNOWN and references(row) == ["dns-inside"]


def test_a_subdomain_takes_dmarc_from_the_domain_above(right: Names) -> None:
    right.publish(DMARC, "TXT", "v=DMARC1; p=reject; sp=quarantine")
    news = Details("news.example.com", True, True, dkim_tokens=())
    row = rows(right, news)["dmarc"]
    assert row.state == VERIFIED and "p=quarantine" in row.sentence and "example.com" in row.note


def test_an_address_has_the_records_of_its_domain_without_dkim(right: Names) -> None:
    found = rows(right, Details("hello@example.com", False, True))
    assert set(found) == {"spf", "dmarc"}


def test_a_key_of_ones_own_is_looked_for_as_text(right: Names) -> None:
    own = Details(DOMAIN, True, True, dkim_own_key=True, dkim_tokens=("mine",))
    assert references(rows(right, own)["dkim-1"]) == ["dns-dkim-own-key"]
    right.publish("mine._domainkey.example.com", "TXT", "v=DKIM1; k=rsa; p=MIGf")
    assert rows(right, own)["dkim-1"].state == VERIFIED
    right.publish("mine._domainkey.example.com", "TXT", "v=DKIM1; k=rsa; p=")
    assert rows(right, own)["dkim-1"].state == INCORRECT


def test_a_domain_nobody_registered_is_said_to_be_unknown(names: Names) -> None:
    found = rows(names)
    assert {row.state for row in found.values()} == {MISSING}
    assert {references(row)[0] for row in found.values()} == {"dns-domain-missing"}


def test_another_regions_own_zone_for_keys_is_wanted_where_amazon_says_so(right: Names) -> None:
    details = Details(DOMAIN, True, True, dkim_tokens=("aaaa",), dkim_zone="dkim.eu-central-2.amazonses.com")
    row = rows(right, details)["dkim-1"]
    assert row.wanted == "aaaa.dkim.eu-central-2.amazonses.com" and row.state == INCORRECT
