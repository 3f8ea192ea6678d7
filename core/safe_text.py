"""Text from outside (subjects, diagnostic codes, tags, user agents) on its way to a screen, a label, a file or a log.

Pick by where it goes: `safe_text` for st.text, st.code, dataframes and logs; `safe_markdown` wherever Streamlit reads
Markdown (st.write, st.markdown, st.caption, labels, messages); `safe_html` for chart labels, hovers and SVG;
`csv_cell` for files that a spreadsheet opens.
"""

import html
import re
import unicodedata

ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[@-_]"
)
JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji families
WORD_JOINER = "\u2060"
ADDRESS = re.compile(r"([^\s<>()\[\]:;,\"'=@]+)@([^\s<>()\[\]:;,\"'=@]+)")
BACKTICKS = re.compile(r"`+")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(text: object, limit: int = 200) -> str:
    """One line of harmless plain text of at most `limit` characters; longer text ends in an ellipsis.

    Gone are terminal sequences, control characters, and the invisible ones that reorder or hide text; line breaks and tabs become blanks.
    Should it reach Markdown by mistake, no image loads and no link hides its target.
    """
    raw = "" if text is None else str(text)[: limit * 8 + 64]
    line = raw if raw.isprintable() else "".join(_shown(character) for character in ANSI.sub("", raw))
    line = " ".join(line.split()).replace("![", f"!{WORD_JOINER}[").replace("](", f"]{WORD_JOINER}(")
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"


def _shown(character: str) -> str:
    """The character itself, a blank for a line break, or nothing."""
    kind = unicodedata.category(character)
    if character in "\t\n\v\f\r\x85" or kind in ("Zl", "Zp"):
        return " "
    hidden = kind in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in JOINERS
    return "" if hidden else character


def safe_markdown(text: object, limit: int = 200) -> str:
    """The text as a Markdown code span: inside one, no link, image, colour, icon, emoji or formula is read."""
    line = safe_text(text, limit)
    if not line:
        return ""
    fence = "`" * (max((len(run) for run in BACKTICKS.findall(line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def safe_html(text: object, limit: int = 200) -> str:
    """The text with every character that HTML, SVG or a Plotly label would read turned into its entity."""
    return html.escape(safe_text(text, limit), quote=True)


def mask(address: str | None) -> str:
    """An address as a viewer sees it: the first letter and the domain, `j•••@example.com`."""
    if not address:
        return ""
    local, at, domain = address.rpartition("@")
    if not at:
        return f"{address[0]}•••"
    return f"{local[0] if len(local) > 1 else ''}•••@{domain}"


def mask_inside(text: str | None) -> str:
    """The same, for every address that stands inside a text, such as a remote server's reply."""
    return ADDRESS.sub(lambda found: mask(found.group(0)), text or "")


def csv_cell(value: object) -> object:
    """A cell that no spreadsheet runs as a formula: text that begins like one gets an apostrophe. Numbers stay numbers."""
    if not isinstance(value, str):
        return value
    begins = value.lstrip(" \u00a0\u3000\ufeff\u200b\x00")
    return f"'{value}" if begins.startswith(FORMULA) or value.startswith(FORMULA) else value
