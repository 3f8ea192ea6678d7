"""The screen "Check a mail" in a real Chromium: before the send and after it arrived, hostile HTML, both themes, a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nameserver import serving
from servers import settled, shot
from signing import BODY, publish, rsa_key, signed, told

pytestmark = pytest.mark.browser
HERE = Path(__file__).resolve().parent

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert(2)"><svg onload="alert(3)"></svg>
<a id="way" href="javascript:alert(4)">click me</a> <a href="https://evil.example/" target="_top">or me</a>
<iframe src="https://evil.example/frame"></iframe><iframe srcdoc="<script>parent.alert(5)</script>"></iframe>
<img src="https://evil.example/pixel.gif"><link rel="stylesheet" href="https://evil.example/a.css">
<style>@import "https://evil.example/b.css"; body { background: url(https://evil.example/c.png) }</style>
<p style="background:url(https://evil.example/d.png);position:fixed;top:0">Our autumn offers</p>
<form action="https://evil.example/form"><input name="q" autofocus onfocus="alert(6)"><button>send</button></form>
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh"><base href="https://evil.example/">
<object data="https://evil.example/o"></object><embed src="https://evil.example/e"><video src="https://evil.example/v" autoplay></video>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(7)&gt;"></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=alert(8)>"></noscript><template><script>alert(9)</script></template>
<div style="width:expression(alert(10))">&lt;script&gt;alert(11)&lt;/script&gt;</div>
</p></body></html></iframe>"><script>parent.parent.alert(12)</script>"""

LETTER = """<table width="600" bgcolor="#f2f2f2"><tr><td style="padding:24px;font-family:Georgia">
<h1 style="color:#0a5f7c">Our autumn offers</h1><p>Hats, scarves and gloves.</p>
<p><a href="https://shop.example/hats">See the hats</a></p>
<img src="https://shop.example/hat.png" alt="A red hat" width="200" height="80"></td></tr></table>"""


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    """The names that the server asks."""
    with serving() as names:
        publish(names, rsa_key().record)
        yield names


@pytest.fixture(scope="module")
def house(make_server: Any, world: Any) -> Any:
    words = (str(HERE / "at_home.py"), "--port", "0")
    return make_server(cast=True, words=words, NAMES_PORT=str(world.port))


def main(page: Any) -> str:
    """What stands on the screen."""
    return str(page.inner_text("[data-testid=stMain]"))


def fill(page: Any, html: str, text: str, subject: str = "Our autumn offers") -> None:
    """Fill in the form and press."""
    for label, value in (
        ("From address", "news@example.com"),
        ("Subject", subject),
        ("HTML", html),
        ("Plain text", text),
    ):
        page.get_by_role("textbox", name=label, exact=True).fill(value)
    page.get_by_role("button", name="Check this mail").click()
    page.get_by_text("What we found").wait_for()
    settled(page)


def inner(page: Any, number: int) -> Any:
    """The frame in the frame: the mail as it looks."""
    outer = page.frame_locator("iframe[data-testid=stIFrame], [data-testid=stIFrame] iframe").nth(number)
    return outer.frame_locator("iframe")


def pictures(page: Any, name: str) -> None:
    """Both widths, both themes; nothing may reach beyond the edge."""
    for width, dark in ((1280, False), (1280, True), (390, False), (390, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        settled(page)
        shot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
        over = "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
        assert page.evaluate(over) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    settled(page)


def test_before_the_send_the_points_and_both_looks_are_there(house: Any, open_page: Any) -> None:
    page = open_page("/letters", "bob", at=house)
    fill(page, LETTER, "Hats, scarves and gloves.")
    said = main(page)
    assert "There is no List-Unsubscribe header" in said and "1 to fix" in said
    assert "Desktop" in said and "Phone" in said and "Traceback" not in said
    for number in (0, 1):
        look = inner(page, number)
        assert "Hats, scarves and gloves." in look.locator("body").inner_text()
        assert look.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(10, 95, 124)"
        assert "A red hat" in (look.locator("img").get_attribute("alt") or "")
        assert look.locator("img[src], a[href]").count() == 0
    widths = [inner(page, number).locator("html").evaluate("e => e.clientWidth") for number in (0, 1)]
    assert widths == [680, 375]
    pictures(page, "letters-before")
    page.get_by_role("button", name="Clear the answer").click()
    page.get_by_text("What we found").wait_for(state="detached")


def test_hostile_html_shows_its_words_and_can_do_nothing(house: Any, open_page: Any) -> None:
    page = open_page("/letters", "bob", at=house)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened: list[str] = []
    page.context.on("page", lambda other: opened.append(other.url))
    address = page.url
    fill(page, HOSTILE, "Our autumn offers")
    assert "The HTML holds scripts or forms" in main(page)
    for number in (0, 1):
        look = inner(page, number)
        assert "Our autumn offers" in look.locator("body").inner_text()
        active = (
            "script, iframe, form, input, object, embed, link, meta[http-equiv=refresh], base, video, svg"
        )
        assert look.locator(active).count() == 0
        assert look.locator("[href], [src], [onerror], [onload], [onfocus]").count() == 0
        for words in ("click me", "or me"):
            look.get_by_text(words).dispatch_event("click")
            look.get_by_text(words).evaluate("element => element.click()")
    page.wait_for_timeout(1_000)
    assert dialogs == [] and opened == [] and page.url == address  # `open_page` fails on any foreign request


def test_the_frames_would_stop_what_the_cleaning_let_through(house: Any, open_page: Any) -> None:
    """The second and third wall by themselves: HTML put into the frames without nh3."""
    from core.letters.preview import preview

    page = open_page("/letters", "bob", at=house)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    blocked: list[str] = []
    page.on("requestfailed", lambda request: blocked.append(request.url))
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url))
    page.evaluate(
        "html => { const f = document.createElement('iframe'); f.id = 'bare'; f.srcdoc = html; document.body.append(f) }",
        preview("<p id=there>there</p><script>document.getElementById('there').textContent='ran'</script>"),
    )
    bare = page.frame_locator("#bare").frame_locator("iframe")
    bare.locator("#there").wait_for()
    page.wait_for_timeout(500)
    assert bare.locator("#there").inner_text() == "there"
    assert dialogs == [] and not [each for each in sent if "evil" in each]


def test_after_it_arrived_a_pasted_original_is_verified(house: Any, open_page: Any) -> None:
    page = open_page("/letters", "bob", at=house)
    page.get_by_text("After it arrived", exact=True).click()
    settled(page)
    original = told(
        signed(rsa_key()), "dkim=pass header.i=@example.com; spf=pass smtp.mailfrom=amazonses.com"
    )
    box = page.get_by_role("textbox", name="Or paste it from “Show original”")
    box.fill("Original message\nMessage ID\t<1@example.com>\n\n" + original.decode())
    page.get_by_role("button", name="Check this mail").click()
    page.get_by_text("The mail is really from example.com (DMARC).").wait_for()
    settled(page)
    said = main(page)
    assert "Signed by example.com, and unchanged since" in said
    assert "SPF is right, but for amazonses.com" in said and "The receiver agreed: dkim pass" in said
    pictures(page, "letters-after-pasted")
    box.fill(original.decode().replace("Good morning", "Good  morning"))
    page.get_by_role("button", name="Check this mail").click()
    page.get_by_text("Couldn't check. Whether it is really from example.com").wait_for()
    settled(page)
    assert "Couldn't check. It was pasted" in main(page)


@pytest.mark.parametrize(
    ("raw", "verdict", "words"),
    [
        (told(signed(rsa_key()) + b"a footer\r\n", "spf=fail smtp.mailfrom=other.example"),
         "Nothing proves it is from example.com (DMARC).", "The text was changed after example.com signed it"),
        (signed(rsa_key(), selector="gone"),
         "Couldn't check. Whether it is really from example.com cannot be known.", "The key of example.com is gone"),
        (told(BODY, "spf=pass smtp.mailfrom=bounce.example.com"),
         "The mail is really from example.com (DMARC).", "It is not signed (DKIM)"),
    ],
    ids=["changed", "key gone", "by SPF"],
)  # fmt: skip
def test_after_it_arrived_a_dropped_file_is_judged(
    house: Any, open_page: Any, raw: bytes, verdict: str, words: str
) -> None:
    page = open_page("/letters", "bob", at=house)
    page.get_by_text("After it arrived", exact=True).click()
    settled(page)
    mail = {"name": "mail.eml", "mimeType": "message/rfc822", "buffer": raw}
    page.locator("input[type=file]").set_input_files(mail)
    page.get_by_text("mail.eml").wait_for()
    page.get_by_role("button", name="Check this mail").click()
    page.get_by_text(verdict).first.wait_for()
    settled(page)
    assert words in main(page)
    if "changed" in words:
        pictures(page, "letters-after-changed")


def test_what_is_no_mail_is_said_on_the_screen(house: Any, open_page: Any) -> None:
    page = open_page("/letters", "bob", at=house)
    page.get_by_text("After it arrived", exact=True).click()
    settled(page)
    page.get_by_role("textbox", name="Or paste it from “Show original”").fill("Good morning, what is this?")
    page.get_by_role("button", name="Check this mail").click()
    page.get_by_text("That does not look like a mail").wait_for()
    assert "Traceback" not in main(page)


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", True), ("victor", False)])
def test_whoever_may_test_may_check_a_mail(screen: Any, name: str, may: bool) -> None:
    page = screen("letters.py", name).run()
    assert not page.exception
    assert any(one.label == "Subject" for one in page.text_input) is may


def test_nothing_of_the_mail_stays_but_what_is_shown(screen: Any) -> None:
    page = screen("letters.py", "bob").run()
    page.text_input[0].set_value("news@example.com")
    page.text_input[1].set_value("Hello")
    page.text_area[0].set_value("<p>Hello</p><!-- secret-of-the-mail -->")
    page.button[-1].click().run()
    held = page.session_state["letter-before-shown"]
    assert "secret-of-the-mail" not in repr(held) and "<p>Hello</p>" in held.look
