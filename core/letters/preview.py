"""A mail's look, harmless: sanitised by nh3, without links, remote pictures and scripts, in a frame that may do nothing.

Three walls, each enough alone: nh3 keeps only harmless tags and styles; the inner frame has an empty `sandbox` (no scripts, no
forms, no way out, an origin of its own); its policy lets nothing be loaded.
"""

import html as entities

import nh3

from core.letters.opened import Opened

MOST = 1_000_000  # characters of a preview
DESKTOP, PHONE = 680, 375  # pixels: what mail programs give a mail
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
TAGS = (nh3.ALLOWED_TAGS | {"font", "u", "tfoot"}) - {"map", "area"}
_PLACED = {"style", "align", "width", "height", "bgcolor", "dir", "valign"}
ATTRIBUTES = {tag: set(nh3.ALLOWED_ATTRIBUTES.get(tag, ())) - {"href", "src", "cite"} for tag in TAGS}
for _tag in TAGS:
    ATTRIBUTES[_tag] |= _PLACED
ATTRIBUTES["table"] |= {"cellpadding", "cellspacing", "border"}
ATTRIBUTES["font"] |= {"color", "size", "face"}
ATTRIBUTES["a"] = {"style"}
_STYLES = (
    "color background-color font-family font-size font-weight font-style line-height letter-spacing text-align text-decoration text-transform "
    "vertical-align width max-width min-width height border border-top border-bottom border-left border-right border-radius border-collapse "
    "border-spacing border-color border-style border-width margin margin-top margin-bottom margin-left margin-right padding padding-top "
    "padding-bottom padding-left padding-right display white-space direction"
)
STYLES = set(_STYLES.split())
_OUTER = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Preview</title><style>html,body{{margin:0;height:100%;overflow:hidden;background:transparent}}
iframe{{display:block;box-sizing:border-box;width:100%;max-width:{width}px;height:100%;margin:0 auto;border:0;background:#fff}}</style>
<iframe sandbox="" referrerpolicy="no-referrer" title="The mail" srcdoc="{inner}"></iframe></html>"""
_INNER = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>The mail</title>
<style>body{{margin:12px;background:#fff;color:#1b2430;font:16px/1.45 Arial,Helvetica,sans-serif;overflow-wrap:break-word}}
img{{max-width:100%;min-width:24px;min-height:24px;background:#e6eaef;outline:1px dashed #8b96a3;color:#4b5663;font-size:13px}}
a{{color:#0a5f7c;text-decoration:underline}}pre{{white-space:pre-wrap;font:inherit;margin:0}}</style>{body}</html>"""


def clean(html: str) -> str:
    """The HTML without anything that acts, loads or leads away. Image boxes keep their words."""
    return nh3.clean(
        html[:MOST],
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=set(),
        link_rel=None,
        filter_style_properties=STYLES,
        strip_comments=True,
    )


def preview(opened: Opened, width: int = DESKTOP) -> str:
    """A document that shows the mail at most `width` pixels wide, for an iframe. HTML first, else the text."""
    part = opened.body("text/html") or opened.body("text/plain")
    if part is None:
        body = "<p>This mail has no text to show.</p>"
    elif part.kind == "text/html":
        body = clean(part.text)
    else:
        body = f"<pre>{entities.escape(part.text[:MOST])}</pre>"
    inner = _INNER.format(policy=POLICY, body=body)
    return _OUTER.format(policy=POLICY, width=width, inner=entities.escape(inner, quote=True))
