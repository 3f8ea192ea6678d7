"""Other systems that send ask for the link, and by group whether they may: over the wire, as the recipes do."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from leaving import ADA, Place, add_connection, place
from receiver.receiving import Answer

from core.store import api_tokens
from core.store.engine import Store
from core.unsubscribe.recipes import TOKEN, recipes


def ask(shop: Place, path: str = "unsubscribe-link", token: str = "all", **question: str) -> Answer:
    headers = {"Authorization": f"Bearer {token}"}
    return shop.desk.call("GET", f"/api/v1/{path}?{urlencode(question)}", headers=headers)


@pytest.fixture
def shop(small_shop: Place) -> Place:
    with small_shop.store.write() as conn:
        api_tokens.add(conn, "all", "all", None, 1)
        api_tokens.add(conn, "bound", "bound", small_shop.number, 1)
    return small_shop


def test_it_gives_the_link_and_both_headers_and_changes_nothing(shop: Place) -> None:
    tables = {name: shop.desk.count(name) for name in ("suppressions", "departures", "list_settings")}
    answer = ask(shop, connection="shop", address="Ada@EXAMPLE.com")
    assert answer.status == 200 and set(answer.json) == {"url", "headers"}
    url = answer.json["url"]
    assert (
        url.startswith("https://mail.example.com/unsubscribe/")
        and "ada" not in url.lower().split("/unsubscribe/")[1]
    )
    assert answer.json["headers"] == {
        "List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }  # fmt: skip
    assert ask(shop, connection="shop", address=" <ada@example.com>").json == answer.json
    assert {name: shop.desk.count(name) for name in tables} == tables


def test_its_link_works(shop: Place) -> None:
    url = ask(shop, connection="shop", address=ADA).json["url"]
    answer = shop.desk.call(
        "POST",
        urlsplit(url).path,
        b"List-Unsubscribe=One-Click",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 200 and shop.reasons() == ["unsubscribe"]
    told = ask(shop, f"suppressions/{quote(ADA, safe='')}", connection="shop").json
    assert (told["suppressed"], told["reason"]) == (True, "unsubscribe")


@pytest.mark.parametrize(
    ("question", "status", "field"),
    [
        ({"address": ""}, 400, "address"), ({}, 400, "address"), ({"address": "nobody"}, 400, "address"), ({"address": "a@b\n"}, 200, None),
        ({"address": "a b@c.d", "group": "Not A Group"}, 400, "group"), ({"address": "a@" + "b" * 400}, 400, "address"),
        ({"address": "\u202ea@b.c"}, 400, "address"), ({"address": ADA, "what": "x"}, 400, "what"), ({"address": ADA, "connection": "no"}, 404, "connection"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    shop: Place, question: dict[str, str], status: int, field: str | None
) -> None:
    answer = ask(shop, **{"connection": "shop", **question})
    assert answer.status == status, answer.body
    assert status == 200 or answer.field == field


def test_without_a_name_the_only_connection_is_meant(shop: Place) -> None:
    assert ask(shop, address=ADA).status == 200
    other = add_connection(shop.store, "other")
    assert (ask(shop, address=ADA).status, ask(shop, address=ADA).field) == (400, "connection")
    assert ask(shop, token="bound", address=ADA).status == 200
    assert ask(shop, token="bound", address=ADA, connection=other.name).status == 404
    assert ask(shop, token="wrong", address=ADA).status == 401
    assert shop.desk.call("POST", "/api/v1/unsubscribe-link", b"").status == 405


def test_by_group_a_sender_learns_who_left_just_that_one(shop: Place) -> None:
    shop.decide("news", "offers")
    shop.post(shop.token(group="news"))
    here = f"suppressions/{quote(ADA, safe='')}"
    assert ask(shop, here, connection="shop").json["suppressed"] is False
    assert ask(shop, here, connection="shop", group="offers").json["suppressed"] is False
    news = ask(shop, here, connection="shop", group="news").json
    assert (news["suppressed"], news["reason"]) == (True, "unsubscribe") and news["since"].endswith("Z")
    headers = {"Authorization": "Bearer all", "Content-Type": "application/json"}
    many = shop.desk.call(
        "POST",
        "/api/v1/suppressions/lookup?connection=shop&group=news",
        b'{"addresses":["b@example.com","ada@example.com"]}',
        headers,
    )
    assert [one["suppressed"] for one in many.json["suppressions"]] == [False, True]


def test_without_a_public_url_it_says_what_is_missing(sqlite_store: Store, tmp_path: Path) -> None:
    with place(sqlite_store, tmp_path / "d", public_url="") as shop:
        with shop.store.write() as conn:
            api_tokens.add(conn, "all", "all", None, 1)
        answer = ask(shop, address=ADA)
        assert (answer.status, answer.code) == (
            503,
            "no-public-url",
        ) and "SES_DESK_PUBLIC_URL" in answer.body.decode()
    assert not (tmp_path / "d" / "link.keys").exists()


def test_a_page_hosted_elsewhere_is_what_the_text_links_to(shop: Place) -> None:
    shop.decide(elsewhere="https://brand.example/bye.html")
    told = ask(shop, address=ADA).json
    assert told["url"].startswith("https://brand.example/bye.html?t=")
    assert told["headers"]["List-Unsubscribe"].startswith("<https://mail.example.com/unsubscribe/")


def run(words: list[str], **environment: str) -> str:
    done = subprocess.run(
        words,
        env={"PATH": "/usr/bin:/bin", TOKEN: "all", **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def code(shop: Place, title: str, group: str = "") -> str:
    made = recipes(f"http://127.0.0.1:{shop.desk.port}/", "shop", "news@example.org", group)
    return next(one.code for one in made if one.title == title)


def test_the_recipe_for_curl_runs(shop: Place) -> None:
    said = run(["bash", "-ec", code(shop, "curl")])
    assert '"suppressed":false' in said and '"List-Unsubscribe-Post":"List-Unsubscribe=One-Click"' in said


@pytest.mark.parametrize("group", ["", "news"])
def test_the_recipe_for_python_runs_and_sends_nothing_to_who_left(shop: Place, group: str) -> None:
    shop.decide("news", "offers")
    tail = (
        "\nclass Ses:\n    def send_email(self, **sent): print(json.dumps(sent))\n"
        "send(Ses(), 'ada@example.com', 'Hello', 'Text')\n"
    )
    sent = run([sys.executable, "-c", code(shop, "Python (boto3)", group) + tail])
    assert "https://mail.example.com/unsubscribe/" in sent and '"List-Unsubscribe-Post"' in sent
    shop.post(shop.token(group=group))
    assert not run([sys.executable, "-c", code(shop, "Python (boto3)", group) + tail])


def test_every_recipe_names_the_desk_the_connection_and_the_token(shop: Place) -> None:
    for one in recipes("http://127.0.0.1:8501", 'O\'Hara "shop"', "news@example.org", "news"):
        assert (
            "@DESK@" not in one.code and "http://127.0.0.1:8501/api/v1/" in one.code
        ) or one.title == "Django"
        assert TOKEN in one.code or one.title == "Django"


def test_the_description_tells_of_it(shop: Place) -> None:
    told: Any = ask(shop, "openapi.json").json
    assert "/api/v1/unsubscribe-link" in told["paths"] and "UnsubscribeLink" in told["components"]["schemas"]
