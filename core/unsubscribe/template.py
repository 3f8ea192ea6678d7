"""A page to brand and host elsewhere, which posts to us: one file, no other host asked, a few lines of script for the link.

The mail's link leads to it with the token in `?t=`. A page that lies still on a web server can read that only by script, so
without script it says what else to do. What is posted is answered by our own page.
"""

from core.links.url import PARAMETER, PATH
from core.safe_text import safe_html
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.style import style
from core.unsubscribe.wish import EVERYTHING

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow">
<!-- The link holds a secret: it must not travel on to other sites. -->
<meta name="referrer" content="no-referrer">
<title>Unsubscribe</title>
<!-- Yours to change: words, colours, logo. Keep the form, its fields and the script. -->
<style>{style}</style>
</head>
<body>
<main>
<p class="who">{name}</p>
<h1>Unsubscribe</h1>
<p>{sentence}</p>
<form method="post" action="">
<input type="hidden" name="action" value="leave">
{groups}<button type="submit" disabled>Unsubscribe</button>
</form>
<p id="lost">This page needs JavaScript and the whole link from the mail. Without them, use the Unsubscribe button of your mail program.</p>
</main>
<script>
// Puts the secret of this link into the address that the form posts to. Nothing else is asked or sent.
var token = new URLSearchParams(location.search).get("{parameter}") || "";
if (/^[0-9A-Za-z_.-]{{40,800}}$/.test(token)) {{
  document.forms[0].action = "{action}" + token;
  document.querySelector("button").disabled = false;
  document.getElementById("lost").hidden = true;
}}
</script>
</body>
</html>
"""
CHOOSE = "Choose what you no longer want to get."
ALL = "Press the button, and you will get no more mail from us."


def own_page(chosen: Chosen, public_url: str) -> str:
    """The file, with this connection's name, colours and groups in it."""
    boxes = [(group.key, group.title, "") for group in chosen.groups]
    if boxes:
        boxes.append((EVERYTHING, "All mail, including the above", " checked"))
    return _PAGE.format(
        style=style(chosen.look),
        name=safe_html(chosen.look.name or "Your name", 80),
        sentence=safe_html(chosen.look.sentence or (CHOOSE if boxes else ALL), 300),
        groups=_fieldset(
            "".join(
                f'<label><input type="checkbox" name="group" value="{safe_html(key, 40)}"{checked}> {safe_html(title, 80)}</label>\n'
                for key, title, checked in boxes
            )
        ),
        parameter=PARAMETER,
        action=safe_html(f"{public_url.rstrip('/')}{PATH}", 400),
    )


def _fieldset(boxes: str) -> str:
    return f"<fieldset>\n<legend>What should stop?</legend>\n{boxes}</fieldset>\n" if boxes else ""
