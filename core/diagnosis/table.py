"""The catalogue as a page of the documentation: reference, words, fix. `python -m core.diagnosis.table` writes docs/errors.md."""

import re
from pathlib import Path

from core.diagnosis.diagnosis import SIDES
from core.diagnosis.words import Row, When, rows
from core.letters import point as letters

PAGE = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
SURE = {
    "documented": "documented",
    "seen": "seen by running it",
    "remembered": "remembered: the words say “probably”",
}
STATES = {"ok": "in order", "warn": "look at this", "fail": "wrong", "unknown": "couldn't check"}
HEAD = """# Errors and findings

What each error of Amazon, of the network and of our own checks is called, what it means and what to do.
Written by `python -m core.diagnosis.table` from core/diagnosis/words.toml and core/letters/words.toml; change the words there.

An error is looked for by its code and its message, from the top of the table down: the special rows stand first.
One that fits no row is shown word for word, without secrets, and said to be unknown.
"""


def page() -> str:
    """The whole page."""
    errors = [row for row in rows().values() if row.when]
    findings = [row for row in rows().values() if not row.when]
    return "\n".join(
        (
            HEAD,
            f"## Errors ({len(errors)})\n",
            *_table(errors),
            f"\n## Findings of our own checks ({len(findings)})\n",
            *_table(findings),
            f"\n## What “Check a mail” says ({len(letters.table())})\n",
            *_letters(),
            "",
        )
    )


def _table(shown: list[Row]) -> list[str]:
    head = (
        "| Reference | In words | What to do | Recognised by | How well it is known |",
        "|---|---|---|---|---|",
    )
    return [*head, *(_line(row) for row in shown)]


def _line(row: Row) -> str:
    words = f"**{_text(row.title)}.** {_text(row.meaning)} *{SIDES[row.side]}.*"
    if row.engineers:
        words += f"<br>For engineers: {_text(row.engineers)}"
    steps = "<br>".join(f"{number}. {_text(step)}" for number, step in enumerate(row.steps, 1))
    if row.link:
        steps += f"{'<br>' if steps else ''}[Amazon's page]({row.link})"
    signs = "<br>".join(_sign(when) for when in row.when) or "a check of ours"
    return f"| `{row.reference}` | {words} | {steps} | {signs} | {SURE[row.sure]} |"


def _letters() -> list[str]:
    """What is said about a mail that was dropped, pasted or written."""
    head = ("| Reference | State | In words | What to do |", "|---|---|---|---|")
    return [*head, *(_letter(key, row) for key, row in letters.table().items())]


def _letter(key: str, row: dict[str, object]) -> str:
    words = (
        f"**{_text(str(row['title']))}.** {_text(str(row['meaning']))} *{letters.SIDES[str(row['side'])]}.*"
    )
    said = row.get("steps", [])
    steps = [_text(str(step)) for step in said] if isinstance(said, list) else []
    if row.get("link"):
        steps.append(f"[Amazon's page]({row['link']})")
    return f"| `{key}` | {STATES[str(row['state'])]} | {words} | {'<br>'.join(steps)} |"


def _sign(when: When) -> str:
    parts = [*sorted(when.codes), *sorted(when.exceptions), *(f"SMTP {code}" for code in sorted(when.smtp))]
    said = [", ".join(f"`{part}`" for part in parts)] if parts else []
    if when.says:
        said.append(f"says `{when.says.pattern}`".replace("|", "\\|"))
    if when.hint:
        said.append(f"seen as *{when.hint}*")
    return " and ".join(said)


def _text(words: str) -> str:
    """A placeholder in angle quotes; nothing that would end the cell."""
    return re.sub(r"\{(\w+)\}", lambda found: f"‹{found[1].replace('_', ' ')}›", words).replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
