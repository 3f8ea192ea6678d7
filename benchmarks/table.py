"""The README's tables of figures and `docs/scale.md`'s sums, from results.json and torture.json; written, never typed.

`python -m benchmarks table` writes them anew; so does every run that writes figures. A test keeps pages and files alike.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figure import RESULTS, ROOT

Row = dict[str, Any]
README, SCALE = ROOT / "README.md", ROOT / "docs" / "scale.md"
TORTURE = ROOT / "benchmarks" / "torture.json"
LABELS = {  # name in results.json -> what it is, and what it stands against, in few words
    "receiver-throughput": ("receiver, 2 workers, 256 connections: verified, deduplicated, rolled up, fsync before the answer", "django-ses 4.8.2, tuned"),
    "receiver-throughput against Node": ("the same", "Node: express, sns-validator, better-sqlite3"),
    "receiver-limit": ("the same", "the limit: HTTP + parse and verify + write"),
    "receiver-cpu": ("its CPU per message", "django-ses"),
    "receiver-cpu against Node": ("the same", "Node"),
    "receiver-p99": ("its p99, saturated by 256 connections", "django-ses"),
    "receiver-worst": ("its longest answer", "django-ses"),
    "receiver-p99 at 300 messages/s": ("its p99 at 300 messages/s", "django-ses"),
    "receiver-memory": ("memory of a worker", "a worker of django-ses"),
    "receiver-throughput with 10M events present": ("receiver with 10M events present", "the empty store"),
    "receiver-cpu with 10M events present": ("its CPU per message", "the empty store"),
    "receiver-p99 with 10M events present": ("its p99, saturated", "the empty store"),
    "receiver-throughput on PostgreSQL": ("receiver on PostgreSQL on the same two cores", "SQLite"),
    "receiver-cpu on PostgreSQL": ("its CPU per message, PostgreSQL's own with it", "SQLite"),
    "receiver inside the dashboard, five people at heavy pages: p99": ("receiver inside the dashboard: p99 at 100 messages/s while five people read Review", "nobody there"),
    "receiver inside the dashboard, five people who never pause: p99": ("the same while five sessions never pause", "receiver in a process of its own"),
    "memory of the dashboard per session": ("memory of the dashboard, each further session", "bare Streamlit page"),
    "memory of the whole process, one session": ("memory of the whole process, one session", "bare Streamlit page"),
    "start to first healthy answer": ("start to first healthy answer", "bare Streamlit page"),
    "page load to first chart, empty browser cache": ("page load to first chart, empty cache", "bare page with one chart"),
    "page load to first chart, reload": ("the same, reload", "bare page with one chart"),
}  # fmt: skip
QUERIES: tuple[tuple[str, Callable[[str], bool]], ...] = (  # many figures in one line
    ("pages of the explorer at 10M events", lambda name: name.startswith("Explorer")),
    ("table by recipient domain at 10M", lambda name: "recipient_domain" in name),
    ("tables by set, provider and tag at 10M", lambda name: name.startswith("Table")),
    ("queries of Home and Review at 10M", lambda name: True),
)
HIDDEN = ("PostgreSQL, ",)  # what docs/scale.md multiplies


def number(value: float) -> str:
    """Three digits or so."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def span(values: Sequence[float]) -> str:
    """The least and the most of several."""
    least, most = number(min(values)), number(max(values))
    return least if least == most else f"{least}–{most}"


def figures_table(rows: Sequence[Row]) -> str:
    """Markdown: what was measured, in the order of LABELS and then as it was measured, the queries in four lines."""
    place = {name: number for number, name in enumerate(LABELS)}
    lines = ["| what | ours | against | ratio | target |", "|---|---|---|---|---|"]
    queries: dict[str, list[Row]] = {label: [] for label, _ in QUERIES}
    for row in sorted(rows, key=lambda row: place.get(row["name"], len(place))):
        if row["name"].startswith("query: "):
            short = row["name"].removeprefix("query: ")
            queries[next(label for label, fits in QUERIES if fits(short))].append(row)
        elif not row["name"].startswith(HIDDEN):
            lines.append(_line(row))
    for label, _ in reversed(QUERIES):
        if queries[label]:
            lines.append(_joined(label, queries[label]))
    return "\n".join(lines)


def _line(row: Row) -> str:
    what, peer = LABELS.get(row["name"], (row["name"], row["versus"]))
    if row["value"] is None:
        return f"| {what} | – | – | – | {row['target']}: **missed**; {row['note']} |"
    unit = row["unit"].split(",")[0].replace("microseconds of CPU per message", "µs")
    unit = re.sub(r"^MB resident.*", "MB", unit)
    against = peer if row["versus_value"] is None else f"{peer}: {number(row['versus_value'])}"
    ratio = "" if row["ratio"] is None else number(row["ratio"])
    return (
        f"| {what} | {number(row['value'])} {unit} | {against} | {ratio} | {_verdict(row['target'], [row])} |"
    )


def _joined(label: str, rows: list[Row]) -> str:
    good = [row for row in rows if row["value"] is not None]
    if not good:
        return f"| {label} | – | – | – | **missed**; {rows[0]['note']} |"
    values, others, ratios = ([row[key] for row in good] for key in ("value", "versus_value", "ratio"))
    target = rows[0]["target"].replace(" at 10,000,000 events", "")
    return f"| {label} | {span(values)} ms | at 1M: {span(others)} ms | {span(ratios)} | {_verdict(target, rows)} |"


def _verdict(target: str, rows: Sequence[Row]) -> str:
    if target == "reported":
        return target
    met = sum(row["met"] for row in rows)
    if met == len(rows):
        return f"{target}: met"
    return f"{target}: **missed**" + (f" by {len(rows) - met} of {len(rows)}" if len(rows) > 1 else "")


def torture_table(rows: Sequence[Row]) -> str:
    """Markdown: what was broken how often, and what that cost."""
    lines = ["| what | cycles | acknowledged | lost | twice | |", "|---|---|---|---|---|---|"]
    for row in rows:
        said = ("met" if row["met"] else "**missed**") + (f": {row['note']}" if row["note"] else "")
        lines.append(
            f"| {row['name']} | {row['cycles']:,} | {row['acknowledged']:,} | {row['lost']:,} | {row['duplicated']:,} | {said} |"
        )
    return "\n".join(lines)


def measured_at(rows: Sequence[Row]) -> str:
    """Which commits the figures are of, and which of them."""
    commits = list(dict.fromkeys(str(row["commit"]) for row in rows))
    named = [f"`{one[:7]}{'+' if one.endswith('+') else ''}`" for one in commits]
    plus = " (+: with changes not committed then)" if any(one.endswith("+") for one in commits) else ""
    return f"Commit measured: {', '.join(named)}{plus}."


def between(text: str, name: str, what: str) -> str:
    """The text with something new between the two markers of this name. KeyError: there are none."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise KeyError(f"the markers of {name} must stand there once")
    head, rest = text.split(begin)
    return f"{head}{begin}{what}\n{end}{rest.split(end)[1]}"


def readme(text: str, figures: Sequence[Row], torture: Sequence[Row]) -> str:
    """The README with its two tables as the files have them."""
    text = between(text, "bench", f"{measured_at(figures)}\n\n{figures_table(figures)}")
    return between(text, "torture", f"{measured_at(torture)}\n\n{torture_table(torture)}")


def read(path: Path) -> list[Row]:
    """The rows of a file of figures; none when there is no such file yet."""
    return list(json.loads(path.read_text())) if path.exists() else []


def refresh() -> None:
    """Write both pages anew."""
    from benchmarks.scale import page

    figures, torture = read(RESULTS), read(TORTURE)
    README.write_text(readme(README.read_text(), figures, torture))
    SCALE.write_text(page(SCALE.read_text(), figures))
