"""The page behind a link, as plain HTML with one button. It says nothing about whether the link is true, or whose it is.

Everything on it follows from what the connection decided and from what was posted, never from what the store knows of a person.
"""

import base64
import hashlib
from dataclasses import dataclass

from core.safe_text import safe_html
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.style import style
from core.unsubscribe.wish import EVERYTHING

Scope = tuple[str, ...] | None  # groups, None = all mail
LONG = 300  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of a page, and the policy that lets its one style through and nothing else."""

    html: bytes
    policy: bytes


def ask(chosen: Chosen, group: str) -> Page:
    """May we stop? One button; pressing it is what leaves, looking at it never does."""
    ticked = (group,) if group in chosen.keys else (EVERYTHING,)
    words = chosen.look.sentence or _all_stops(chosen)
    form = _form("leave", _choice(chosen, ticked, "What should stop?"), "Unsubscribe")
    return _page(chosen, "Unsubscribe", words, form, '<a href="?again">Subscribe again</a>')


def ask_again(chosen: Chosen, group: str) -> Page:
    """Shall it come again? The same, the other way round."""
    ticked = (group,) if group in chosen.keys else (EVERYTHING,)
    words = f"Press the button, and you will get mail{_from(chosen)} again."
    form = _form("rejoin", _choice(chosen, ticked, "What should come again?"), "Subscribe again")
    return _page(chosen, "Subscribe again", words, form, '<a href="?">Unsubscribe instead</a>')


def done(chosen: Chosen, action: str, scope: Scope) -> Page:
    """It is written down. Leaving can be taken back by one press."""
    what = _named(chosen, scope)
    if action == "rejoin":
        words = f"You will get {what or 'mail'}{_from(chosen)} again."
        return _page(chosen, "You are subscribed again", words, "", '<a href="?">Unsubscribe</a>')
    words = f"You will get no more {what or 'mail'}{_from(chosen)}. It can take a few minutes until everything stops."
    form = _form("rejoin", _hidden(scope), "Subscribe again", quiet=True)
    return _page(chosen, "You are unsubscribed", words, form, "")


def not_now(chosen: Chosen, action: str, scope: Scope) -> Page:
    """Our side could not write it down. The press can be repeated."""
    form = _form(action, _hidden(scope), "Try again")
    words = "We could not write this down just now, so nothing was changed. Please try again in a minute."
    return _page(chosen, "Not done yet", words, form, "")


def preview(chosen: Chosen, group: str = "") -> str:
    """The page as a picture of itself, for a frame in the dashboard: nothing in it runs, leads anywhere or can be sent."""
    html = ask(chosen, group).html.decode()
    shut = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
    fence = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{shut}">'
    return html.replace('<meta charset="utf-8">', fence, 1).replace(' href="?again"', ' href="#"')


def _page(chosen: Chosen, title: str, words: str, form: str, more: str) -> Page:
    css = style(chosen.look)
    below = f'<p class="more">{more}</p>' if more else ""
    who = f'<p class="who">{safe_html(chosen.look.name, 80)}</p>' if chosen.look.name else ""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow">'
        f"<title>{title}</title><style>{css}</style></head><body><main>{who}<h1>{title}</h1>"
        f"<p>{safe_html(words, LONG)}</p>{form}{below}</main></body></html>"
    )
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return Page(html.encode(), policy.encode())


def _form(action: str, fields: str, button: str, quiet: bool = False) -> str:
    """`quiet`: a button for what hardly anybody wants, not to be pressed by mistake."""
    look = ' class="quiet"' if quiet else ""
    return (
        f'<form method="post"><input type="hidden" name="action" value="{action}">{fields}'
        f'<button type="submit"{look}>{button}</button></form>'
    )


def _choice(chosen: Chosen, ticked: tuple[str, ...], question: str) -> str:
    """A box for each group and one for all mail; nothing where there are no groups."""
    if not chosen.groups:
        return ""
    boxes = [(group.key, group.title) for group in chosen.groups]
    boxes.append((EVERYTHING, f"All mail{_from(chosen)}, including the above"))
    lines = "".join(
        f'<label><input type="checkbox" name="group" value="{safe_html(key, 40)}"{" checked" if key in ticked else ""}>'
        f"<span>{safe_html(title, 80)}</span></label>"
        for key, title in boxes
    )
    return f"<fieldset><legend>{question}</legend>{lines}</fieldset>"


def _hidden(scope: Scope) -> str:
    return "".join(
        f'<input type="hidden" name="group" value="{safe_html(key, 40)}">'
        for key in ((EVERYTHING,) if scope is None else scope)
    )


def _from(chosen: Chosen) -> str:
    return f" from {chosen.look.name}" if chosen.look.name else ""


def _all_stops(chosen: Chosen) -> str:
    if chosen.groups:
        return f"Choose what you no longer want{_from(chosen)}."
    return f"Press the button, and you will get no more mail{_from(chosen)} at this address."


def _named(chosen: Chosen, scope: Scope) -> str:
    """The titles of the groups, or "" for all mail."""
    titles = [group.title for group in chosen.groups if scope is not None and group.key in scope]
    return " and ".join(f"“{title}”" for title in titles)
