"""The suppression list as the system that sends asks for it, before it sends."""

import json
import urllib.parse
from datetime import UTC, datetime

import pytest
from contract.product import Account, Answer, Product, call
from contract.test_rates import new_id, said

OBJECT = {"address", "suppressed", "reason", "since"}


def one(account: Account, address: str) -> dict:
    answer = account.get(
        f"/api/v1/suppressions/{urllib.parse.quote(address, safe='')}", connection=account.name
    )
    assert answer.status == 200, answer.body
    return dict(answer.json)


def lookup(account: Account, body: object, token: str | None = None) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token or account.api_token}", "Content-Type": "application/json"}
    return call("POST", account.product.base + "/api/v1/suppressions/lookup", data, headers)


def test_who_bounced_is_told_as_soon_as_the_event_was_answered(account: Account) -> None:
    nobody = {"address": "gone@example.com", "suppressed": False, "reason": None, "since": None}
    assert one(account, "gone@example.com") == nobody
    at = datetime.now(UTC).replace(microsecond=0)
    account.say(said("Bounce", new_id(), "Gone@Example.COM", at))
    found = one(account, "gone@EXAMPLE.com")
    assert set(found) == OBJECT
    assert (found["address"], found["suppressed"], found["reason"]) == ("gone@example.com", True, "bounce")
    assert found["since"] == at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize(
    "odd", ["a/b+c%25d@example.com", "ä@BÜCHER.example", "o'neil@example.com", "q?x#y@example.com"]
)
def test_any_character_of_an_address_finds_its_way(account: Account, odd: str) -> None:
    account.say(said("Bounce", new_id(), odd))
    found = one(account, odd)
    assert found["suppressed"] and found["reason"] == "bounce"


def test_a_lookup_answers_in_the_order_it_was_asked(account: Account) -> None:
    account.say(said("Bounce", new_id(), "gone@example.com"))
    asked = ["fine@example.com", "GONE@example.com", "gone@example.com", "no address"]
    answer = lookup(account, {"addresses": asked})
    assert answer.status == 200
    found = answer.json["suppressions"]
    assert [each["suppressed"] for each in found] == [False, True, True, False]
    assert [each["address"] for each in found] == [
        "fine@example.com",
        "gone@example.com",
        "gone@example.com",
        "no address",
    ]
    assert all(set(each) == OBJECT for each in found)
    assert lookup(account, {"addresses": []}).json == {"suppressions": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "addresses"), (b"[]", "addresses"), (b'{"addresses":"a@b.c"}', "addresses"), (b'{"addresses":[1]}', "addresses"),
        (b'{"addresses":["a\\u0000@b.c"]}', "addresses"), (b'{"adresses":[]}', "adresses"), (b"\xff\xfe", "addresses"),
        (json.dumps({"addresses": ["a@b.c"] * 1001}).encode(), "addresses"), (b'{"addresses":[' + b"[" * 5000, "addresses"),
    ],
)  # fmt: skip
def test_a_bad_lookup_is_400_and_names_the_field(account: Account, body: bytes, field: str) -> None:
    answer = lookup(account, body)
    assert answer.status == 400
    assert answer.json["error"]["field"] == field


def test_a_thousand_long_addresses_fit_and_a_megabyte_more_does_not(account: Account) -> None:
    longest = [
        f"{number:04d}{'x' * 60}@{'d' * 60}.{'e' * 60}.{'f' * 60}.{'g' * 60}.example"
        for number in range(1000)
    ]
    assert len(lookup(account, {"addresses": longest}).json["suppressions"]) == 1000
    assert lookup(account, b" " * (1024 * 1024 + 1)).status == 413


def test_changes_come_oldest_first_page_by_page_without_gap_or_repeat(account: Account) -> None:
    for number in range(7):
        people = [f"p{number}{each}@example.com" for each in range(3)]
        account.say(said("Bounce", new_id(), people))
    seen, cursor = [], None
    for _ in range(10):
        page = account.get(
            "/api/v1/suppressions", connection=account.name, limit=4, **({"cursor": cursor} if cursor else {})
        ).json
        seen += page["suppressions"]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(each["address"] for each in seen) == sorted(
        f"p{n}{e}@example.com" for n in range(7) for e in range(3)
    )
    moments = [each["changed_at"] for each in seen]
    assert moments == sorted(moments)
    later = account.get("/api/v1/suppressions", connection=account.name, since=moments[-1]).json[
        "suppressions"
    ]
    assert 0 < len(later) <= len(seen) and all(each["changed_at"] == moments[-1] for each in later)


def test_strangers_and_slips_learn_nothing(product: Product, account: Account) -> None:
    other = product.connect(f"other-{account.name}")
    other.say(said("Bounce", new_id(), "theirs@example.com"))
    assert one(account, "theirs@example.com")["suppressed"] is False
    assert account.get("/api/v1/suppressions", connection=other.name).status == 404
    assert account.get("/api/v1/suppressions/a%40b.c", connection="nobody").status == 404
    assert call("GET", product.base + "/api/v1/suppressions").status == 401
    assert lookup(account, {"addresses": []}, token="wrong").status == 401
    assert account.get("/api/v1/suppressions", colour="red").json["error"]["field"] == "colour"
    assert account.get("/api/v1/suppressions", cursor="!!").json["error"]["field"] == "cursor"
    assert account.get("/api/v1/suppressions", cursor="WzEsMV0").json["error"]["field"] == "cursor"
    assert account.get("/api/v1/suppressions/lookup").status == 405
    assert call("POST", product.base + "/api/v1/suppressions").status == 405
    assert call("DELETE", product.base + "/api/v1/suppressions/a%40b.c").status == 405


def test_over_all_connections_one_list_is_enough(product: Product, account: Account) -> None:
    other = product.connect(f"second-{account.name}")
    other.say(said("Bounce", new_id(), f"gone@{other.name}.example"))
    (everything,) = product.admin_at_once(["api-token", f"all-{account.name}"])
    answer = lookup(
        account,
        {"addresses": [f"gone@{other.name}.example", f"fine@{other.name}.example"]},
        everything["token"],
    )
    assert [each["suppressed"] for each in answer.json["suppressions"]] == [True, False]


def test_the_description_tells_of_it(account: Account) -> None:
    paths = account.get("/api/v1/openapi.json").json["paths"]
    assert "post" in paths["/api/v1/suppressions/lookup"] and "get" in paths["/api/v1/suppressions/{address}"]
    assert "get" in paths["/api/v1/suppressions"]


def test_a_lookup_leaves_no_address_in_the_log(product: Product, account: Account) -> None:
    secret = f"secret-{account.name}@example.com"
    lookup(account, {"addresses": [secret]})
    lookup(account, {"addresses": [secret, 1]})
    assert secret not in (product.folder / "receiver.log").read_text()
