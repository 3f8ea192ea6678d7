"""What the rate figures say in words: the hover of a day, and the alternative text of the whole."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from core.charts import amazon
from core.charts.kind import CANNOT, NOT_OVER, Kind
from core.charts.words import count, day, day_words, of, percent


def rate_alt(frame: pd.DataFrame, kind: Kind) -> str:
    """What the figure shows, for those who cannot see it."""
    judged = frame[frame[f"{kind.name}_rate"].notna()]
    first, second = kind.marks
    lines = f"Amazon's lines are drawn at {percent(first)} (review) and {percent(second)} (pause)."
    if judged.empty:
        none = f"{kind.name.capitalize()} rate per day: no day in this period has a rate of its own. {lines}"
        return none + amazon.alt(frame)
    fair = judged[~judged[f"{kind.name}_few"].astype(bool)]
    judged = judged if fair.empty else fair
    worst = judged.iloc[int(judged[f"{kind.name}_rate"].astype(float).to_numpy().argmax())]
    above = int((judged[f"{kind.name}_rate"].astype(float) >= first).sum())
    return (
        f"{kind.name.capitalize()} rate per day, {len(frame)} days. Highest on {day_words(day(worst['key']))}: "
        f"{of(int(worst[kind.counted]), int(worst['sent']))}. "
        f"{'No day' if not above else f'{above} day' if above == 1 else f'{above} days'} at or above the review line. {lines}"
        + amazon.alt(frame)
    )


def hover(line: Mapping[Hashable, Any], kind: Kind) -> str:
    """Date, numerator, denominator, rate and what the true rate may plausibly be."""
    rows = [f"<b>{day_words(day(str(line['key'])))}</b>"]
    sent = line["sent"]
    value, low, high = (line[f"{kind.name}_{part}"] for part in ("rate", "low", "high"))
    if value is None or pd.isna(value):
        return f"{rows[0]}<br>{'Nothing was sent' if sent == 0 else CANNOT}"
    rows.append(
        f"{count(int(line[kind.counted]))} of {count(int(sent))} {kind.verb}: <b>{percent(float(value))}</b>"
    )
    if low is not None and not pd.isna(low):
        rows.append(f"Plausible range {percent(float(low))} to {percent(float(high))}")
    if line[f"{kind.name}_few"]:
        rows.append("Too few to judge")
    if line["unfinished"]:
        rows.append(NOT_OVER)
    return "<br>".join(rows)
