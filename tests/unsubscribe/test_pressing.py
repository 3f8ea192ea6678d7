"""Looking at a link changes nothing; one press does; and a stranger's link gets the very same answers."""

import fcntl
import http.client
import subprocess
import sys
import textwrap
import time
from urllib.parse import quote

import pytest
from leaving import ADA, FORM, ONE_CLICK, Place, add_connection

from core import keyring, moment
from core.store import connections, suppressions

BOUNDARY = "multipart/form-data; boundary=xyz"


def multipart(*fields: tuple[str, str]) -> bytes:
    parts = "".join(f'--xyz\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields)
    return f"{parts}--xyz--\r\n".encode()


def stranger(token: str) -> str:
    """The same link with one letter changed behind what names its page."""
    letter = "A" if token[-20] != "A" else "B"
    return token[:-20] + letter + token[-19:]


def test_a_hundred_gets_and_heads_change_nothing_and_one_press_does(shop: Place) -> None:
    token = shop.token()
    before = {name: shop.desk.count(name) for name in ("suppressions", "departures", "audit")}
    for n in range(100):
        answer = shop.get(token, "?again" if n % 7 == 0 else "", "GET" if n % 2 else "HEAD")
        assert answer.status == 200
    assert {name: shop.desk.count(name) for name in before} == before and not shop.reasons()
    assert shop.post(token).status == 200
    assert shop.reasons() == ["unsubscribe"]


def test_a_second_press_changes_nothing_and_is_answered_alike(shop: Place) -> None:
    token = shop.token()
    first = shop.post(token)
    kept = suppressions.get(shop.store, shop.number, ADA)
    second = shop.post(token)
    assert (first.status, first.body) == (second.status, second.body) == (200, first.body)
    assert suppressions.get(shop.store, shop.number, ADA) == kept


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, FORM), (ONE_CLICK, f"{FORM}; charset=utf-8"), (ONE_CLICK, FORM.upper()), (ONE_CLICK, ""), (ONE_CLICK + b"\r\n", FORM),
        (multipart(("List-Unsubscribe", "One-Click")), BOUNDARY),
        (b'--a b\r\ncontent-disposition: form-data; name=List-Unsubscribe\r\n\r\nOne-Click\r\n--a b--', 'multipart/form-data; boundary="a b"'),
        (b"action=leave", FORM), (multipart(("action", "leave")), BOUNDARY), (b"action=leave&group=*", FORM), (b"action=leave&groups=nobody-declared", FORM),
    ],
)  # fmt: skip
def test_these_bodies_leave(small_shop: Place, body: bytes, kind: str) -> None:
    answer = small_shop.post(small_shop.token(), body, kind)
    assert answer.status == 200 and b"You are unsubscribed" in answer.body
    assert small_shop.reasons() == ["unsubscribe"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM), (b"", ""), (b"x", FORM), (b"List-Unsubscribe=no", FORM), (b"list-unsubscribe=one-click", FORM), (b"action=", FORM),
        (b"action=delete", FORM), (b"action=leave&action=rejoin", FORM), (ONE_CLICK, "application/json"), (ONE_CLICK, "text/plain"),
        (b'{"action":"leave"}', "application/json"), (ONE_CLICK, BOUNDARY), (b"--xyz\r\n\r\n--xyz--", BOUNDARY), (b"\xff\xfe" * 40, FORM),
        (multipart(*[("a", "b")] * 300, ("action", "leave")), BOUNDARY), (b"&".join([b"a=b"] * 300) + b"&action=leave", FORM),
        (b"--xyz\r\n" * 4000, BOUNDARY), (b"Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\n" * 900, BOUNDARY),
        (ONE_CLICK, "multipart/form-data"), (ONE_CLICK, "multipart/form-data; boundary="),
    ],
)  # fmt: skip
def test_any_other_body_is_the_page_and_changes_nothing(small_shop: Place, body: bytes, kind: str) -> None:
    token = small_shop.token()
    answer = small_shop.post(token, body, kind)
    assert (answer.status, answer.body) == (200, small_shop.get(token).body)
    assert not small_shop.reasons()


def test_a_body_without_end_is_refused_and_changes_nothing(small_shop: Place) -> None:
    assert small_shop.post(small_shop.token(), ONE_CLICK + b"&a=" + b"x" * 70_000).status == 413
    wire = http.client.HTTPConnection("127.0.0.1", small_shop.desk.port, timeout=20)
    wire.request(
        "POST",
        f"/unsubscribe/{small_shop.token()}",
        iter([b"x" * 8192] * 20),
        {"Content-Type": FORM},
        encode_chunked=True,
    )
    assert wire.getresponse().status == 413
    wire.close()
    packed = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    path = f"/unsubscribe/{small_shop.token()}"
    assert small_shop.desk.call("POST", path, ONE_CLICK, packed).status == 200
    assert not small_shop.reasons()


def test_a_strangers_link_gets_the_very_same_answers(shop: Place) -> None:
    for groups, look in (((), {}), (("news", "offers"), {"name": "Ada's shop", "button": "#7a3db8"})):
        shop.decide(*groups, **look)
        for group in ("", *groups):
            mine = shop.token("eve@example.com", group)
            theirs = stranger(mine)
            for ask in (
                lambda t: shop.get(t), lambda t: shop.get(t, "?again"), lambda t: shop.post(t), lambda t: shop.press(t),
                lambda t: shop.press(t, "leave", "offers"), lambda t: shop.press(t, "rejoin"), lambda t: shop.post(t, b"nonsense"),
            ):  # fmt: skip
                one, other = ask(mine), ask(theirs)
                assert (one.status, one.body) == (other.status, other.body)
                assert {k: v for k, v in one.headers.items() if k != "date"} == {
                    k: v for k, v in other.headers.items() if k != "date"
                }
    assert not shop.reasons("eve@example.com") and shop.desk.count("suppressions") == 1


@pytest.mark.parametrize("token", ["x", "k1.AAAA", "a" * 900, "%00", "%E2%82%AC", "..%2e", "k1." + "A" * 86])
def test_what_is_no_link_at_all_looks_like_a_fresh_one(small_shop: Place, token: str) -> None:
    fresh = small_shop.token()
    assert small_shop.get(token).body == small_shop.get(fresh).body
    assert small_shop.post(token).body == small_shop.post(fresh).body


def test_the_answer_carries_no_cookie_no_redirect_no_script_and_no_address(small_shop: Place) -> None:
    token = small_shop.token()
    for answer in (small_shop.get(token), small_shop.post(token), small_shop.press(token, "rejoin")):
        assert (
            answer.status == 200 and "location" not in answer.headers and "set-cookie" not in answer.headers
        )
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert (
            answer.headers["cache-control"] == "no-store"
            and answer.headers["referrer-policy"] == "no-referrer"
        )
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
        page = answer.body.decode()
        for word in ("<script", "http", "ada", "example", token, "onclick", "src="):
            assert word not in page
        assert page.count("<button") <= 1 and page.count("<style>") == 1


def test_the_page_has_one_button_and_says_who_speaks(small_shop: Place) -> None:
    small_shop.decide("news", name="Ada's <b>shop</b>", sentence="Bye & thanks")
    page = small_shop.get(small_shop.token()).body.decode()
    assert page.count("<button") == 1
    assert "Ada&#x27;s &lt;b&gt;shop&lt;/b&gt;" in page and "Bye &amp; thanks" in page and "<b>" not in page


def test_other_methods_are_405_and_other_paths_404(small_shop: Place) -> None:
    token = small_shop.token()
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = small_shop.get(token, method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    for path in ("/unsubscribe", "/unsubscribe/", f"/unsubscribe/{token}/", f"/unsubscribe/{token}/x"):
        assert small_shop.desk.call("POST", path, ONE_CLICK, {"Content-Type": FORM}).status == 404
    assert not small_shop.reasons()


def test_one_group_is_left_and_the_rest_goes_on(shop: Place) -> None:
    shop.decide("news", "offers", "events")
    shop.post(shop.token(group="news"))
    assert (shop.left(), shop.reasons()) == (["news"], [])
    shop.press(shop.token(group="news"), "leave", "offers")
    assert (shop.left(), shop.reasons()) == (["news", "offers"], [])
    shop.press(shop.token(), "rejoin", "news")
    assert (shop.left(), shop.reasons()) == (["offers"], [])


def test_leaving_every_group_is_leaving(shop: Place) -> None:
    shop.decide("news", "offers")
    shop.press(shop.token(), "leave", "news", "offers")
    assert shop.reasons() == ["unsubscribe"]


def test_a_group_nobody_declared_counts_as_everything(shop: Place) -> None:
    shop.decide("news", "offers")
    shop.post(shop.token(group="surprise"))
    assert shop.reasons() == ["unsubscribe"]


def test_a_group_that_was_declared_once_counts_as_everything(shop: Place) -> None:
    shop.decide("news", "offers")
    token = shop.token(group="news")
    shop.decide("offers", "events")
    shop.post(token)
    assert shop.reasons() == ["unsubscribe"]


def test_coming_back_undoes_the_leaving(shop: Place) -> None:
    token = shop.token()
    shop.post(token)
    answer = shop.press(token, "rejoin", "*")
    assert answer.status == 200 and b"subscribed again" in answer.body and not shop.reasons()
    assert shop.press(token, "rejoin").body == answer.body
    shop.post(token)
    assert shop.reasons() == ["unsubscribe"]


def test_coming_back_to_one_group_leaves_the_others_left(shop: Place) -> None:
    shop.decide("news", "offers", "events")
    token = shop.token()
    shop.post(token)
    shop.press(token, "rejoin", "news")
    assert (shop.reasons(), shop.left()) == ([], ["events", "offers"])


def test_coming_back_never_undoes_a_bounce_or_a_complaint(shop: Place) -> None:
    with shop.store.write() as conn:
        suppressions.suppress(conn, shop.number, ADA, "complaint", moment.now())
        suppressions.suppress(conn, shop.number, ADA, "bounce", moment.now())
    token = shop.token()
    assert shop.press(token, "rejoin").status == 200
    assert set(shop.reasons()) == {"bounce", "complaint"}
    shop.post(token)
    shop.press(token, "rejoin", "*")
    assert set(shop.reasons()) == {"bounce", "complaint"}


def test_the_link_of_one_connection_does_nothing_to_another(shop: Place) -> None:
    other = add_connection(shop.store, "other")
    shop.post(shop.token())
    assert shop.reasons() == ["unsubscribe"]
    assert not suppressions.reasons(shop.store, other.id or 0, ADA)


def test_the_link_of_a_connection_that_is_gone_gets_the_constant_answer(shop: Place) -> None:
    token = shop.token()
    nobody = shop.post("k1." + "A" * 86).body
    with shop.store.write() as conn:
        connections.remove(conn, shop.number)
    assert shop.post(token).body == nobody and shop.get(token).status == 200
    assert shop.desk.count("suppressions") == 0


def test_a_store_that_cannot_write_is_503_for_everybody_and_the_page_still_stands(small_shop: Place) -> None:
    token = small_shop.token()
    path = small_shop.store.engine.url.database
    small_shop.get(token)
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(f"""
            import sqlite3, sys
            db = sqlite3.connect({str(path)!r}, isolation_level=None)
            db.execute("BEGIN EXCLUSIVE"); print("held", flush=True); sys.stdin.read()
        """)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdin is not None and holder.stdout is not None
    holder.stdout.readline()
    try:
        for one in (token, stranger(token)):
            answer = small_shop.post(one)
            assert (answer.status, answer.headers["retry-after"]) == (503, "30")
            assert b"nothing was changed" in answer.body and answer.body.count(b"<button") == 1
        assert small_shop.get(token).status == 200
    finally:
        holder.stdin.close()
        holder.wait(10)
    assert small_shop.post(token).status == 200 and small_shop.reasons() == ["unsubscribe"]


def test_presses_that_wait_for_the_store_neither_hold_up_the_page_nor_each_other(small_shop: Place) -> None:
    from concurrent.futures import ThreadPoolExecutor

    token, turn = small_shop.token(), small_shop.store.turn
    assert turn is not None
    begun = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        with turn.path.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            presses = [pool.submit(small_shop.post, token) for _ in range(12)]
            time.sleep(0.5)
            looked = time.monotonic()
            assert small_shop.get(token).status == 200 and time.monotonic() - looked < 2
            answers = [each.result() for each in presses]
        assert {(one.status, one.headers["retry-after"]) for one in answers} == {(503, "30")}
    assert time.monotonic() - begun < 12, "each waits for the store once, not for all before it"
    assert small_shop.post(token).status == 200 and small_shop.reasons() == ["unsubscribe"]


def test_a_link_of_a_key_that_was_dropped_is_503_and_not_a_lie(small_shop: Place) -> None:
    token = small_shop.token()
    file = small_shop.settings.folder / "link.keys"
    kept = file.read_text()
    file.write_text(keyring.new_entry() + "\n")
    assert small_shop.post(token).status == 503 and not small_shop.reasons()
    assert small_shop.get(token).status == 200
    assert small_shop.post("k0" + token).status == 200, "a key that never was is any stranger's"
    file.write_text(f"{keyring.new_entry()}\n{kept}")
    assert small_shop.post(token).status == 200 and small_shop.reasons() == ["unsubscribe"]


def test_a_lost_key_file_is_503_and_not_a_lie(small_shop: Place) -> None:
    token = small_shop.token()
    (small_shop.settings.folder / "link.keys").unlink()
    assert small_shop.post(token).status == 503
    assert small_shop.get(token).status == 200 and not small_shop.reasons()


def test_pressing_at_once_is_one_change(shop: Place) -> None:
    from concurrent.futures import ThreadPoolExecutor

    token = shop.token()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.post(token).status, range(24)))
    assert (
        answers == [200] * 24 and shop.reasons() == ["unsubscribe"] and shop.desk.count("suppressions") == 1
    )


def test_nothing_of_a_press_is_logged(small_shop: Place, capfd: pytest.CaptureFixture[str]) -> None:
    token = small_shop.token()
    small_shop.get(token)
    small_shop.post(token)
    small_shop.post(token, b"nonsense")
    (small_shop.settings.folder / "link.keys").unlink()
    small_shop.post(token)
    said = "".join(capfd.readouterr())
    for word in (token, token[8:30], "ada", ADA, quote(ADA)):
        assert word not in said
