"""A mail's look, harmless: sanitised by nh3, without links, remote pictures and scripts, in a frame that may do nothing.

Three walls, each enough alone: nh3 keeps only harmless tags and styles; the inner frame has an empty `sandbox` (no scripts, no
forms, no way out, an origin of its own); its policy lets nothing be loaded.
"""

import html as entities

from core.letters.clean import IN_TIME, MOST, cleaned
from core.letters.opened import Opened

DESKTOP, PHONE = 680, 375  # pixels: what mail programs give a mail
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
_OUTER = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Preview</title><style>html,body{{margin:0;height:100%;overflow:hidden;background:transparent}}
iframe{{display:block;width:{width}px;height:100%;margin:0 auto;border:0;background:#fff;transform-origin:0 0}}{smaller}</style>
<iframe sandbox="" referrerpolicy="no-referrer" title="The mail" srcdoc="{inner}"></iframe></html>"""
_INNER = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>The mail</title>
<style>body{{margin:12px;background:#fff;color:#1b2430;font:16px/1.45 Arial,Helvetica,sans-serif;overflow-wrap:break-word}}
img{{display:inline-block;box-sizing:border-box;max-width:100%;min-width:24px;min-height:24px;background:#e6eaef;outline:1px dashed #8b96a3;color:#4b5663;font-size:13px}}
a{{color:#0a5f7c;text-decoration:underline}}pre{{white-space:pre-wrap;font:inherit;margin:0}}</style>{body}</html>"""


def look(opened: Opened, in_time: float = IN_TIME) -> str | None:
    """What the mail shows, harmless: HTML first, else the text. None when its HTML could not be made so in time."""
    part = opened.body("text/html") or opened.body("text/plain")
    if part is None:
        return "<p>This mail has no text to show.</p>"
    if part.kind == "text/html":
        return cleaned(part.text, in_time)
    return f"<pre>{entities.escape(part.text[:MOST])}</pre>"


def preview(body: str, width: int = DESKTOP) -> str:
    """A document that lays this look out `width` pixels wide, for an iframe; in less room it is drawn smaller, not squeezed."""
    inner = _INNER.format(policy=POLICY, body=body)
    return _OUTER.format(
        policy=POLICY, width=width, smaller=_smaller(width), inner=entities.escape(inner, quote=True)
    )


def _smaller(width: int) -> str:
    """How much smaller, for each room from 20 pixels less down to a third. Style rules, for no script may run here."""
    return "".join(
        f"@media(max-width:{room + 19}px){{iframe{{margin:0;height:{100 * width / room:.2f}%;transform:scale({room / width:.4f})}}}}"
        for room in range(width - 20, width // 3, -20)
    )
