"""Rate rows -> the frame that every figure, tile and table of a period is drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from core.metrics.verdict import FEW, judge

COUNTS = ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained", "delayed")

AMAZON = ("amazon_sent", "amazon_bounces", "amazon_complaints")


class Row(Protocol):
    """What a row of rates tells (core.store.rates gives them); None in `sent` where it cannot be known."""

    @property
    def key(self) -> str | None: ...
    @property
    def sent(self) -> int | None: ...
    @property
    def delivered(self) -> int: ...
    @property
    def bounced_permanent(self) -> int: ...
    @property
    def bounced_transient(self) -> int: ...
    @property
    def complained(self) -> int: ...
    @property
    def delayed(self) -> int: ...
    @property
    def unknown(self) -> str | None: ...


def frame(
    rows: Iterable[Row], today: str = "", amazon: Mapping[str, Sequence[int]] | None = None
) -> pd.DataFrame:
    """One line per row, with rates, their plausible range (95 %) and whether there is too little to judge.

    `today` (YYYY-MM-DD) marks the day that is not over yet; leave it out where the key is no day. `amazon`: Amazon's own
    counts (sent, bounces, complaints, …) of days that ours cannot tell; they stand in columns of their own.
    """
    return pd.DataFrame([_line(row, today, amazon or {}) for row in rows], columns=_COLUMNS)


def _line(row: Row, today: str, amazon: Mapping[str, Sequence[int]]) -> dict[str, object]:
    bounce = judge("bounce", row.bounced_permanent, row.sent, row.unknown)
    complaint = judge("complaint", row.complained, row.sent, row.unknown)
    line: dict[str, object] = {name: getattr(row, name) for name in ("key", *COUNTS, "unknown")}
    for name, verdict in (("bounce", bounce), ("complaint", complaint)):
        line |= {f"{name}_rate": verdict.rate, f"{name}_low": verdict.low, f"{name}_high": verdict.high}
        line[f"{name}_few"] = verdict.word == "Too few to judge" or (row.sent or 0) < FEW
    for name, number in zip(AMAZON, amazon.get(row.key or "", (None,) * 3), strict=False):
        line[name] = number
    line["unfinished"] = bool(today) and row.key is not None and row.key >= today
    return line


_COLUMNS = [
    "key", *COUNTS, "unknown",
    "bounce_rate", "bounce_low", "bounce_high", "bounce_few",
    "complaint_rate", "complaint_low", "complaint_high", "complaint_few", "unfinished",
    *AMAZON,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a period. `sent` is None when nothing of it can be known; `unknown` is the word for why."""

    key: str | None
    sent: int | None
    delivered: int
    bounced_permanent: int
    bounced_transient: int
    complained: int
    delayed: int
    unknown: str | None

    @property
    def bounce_rate(self) -> float | None:
        """Recipients permanently bounced ÷ sent, None where nothing was sent or it cannot be known."""
        return self.bounced_permanent / self.sent if self.sent else None

    @property
    def complaint_rate(self) -> float | None:
        """Recipients complained ÷ sent, None where nothing was sent or it cannot be known."""
        return self.complained / self.sent if self.sent else None


def total(rows: Sequence[Row]) -> Total:
    """The whole of some rows. Days of which the sent mail is unknown add nothing, so the rates keep one base.

    With some days known and some not, the total says `partial_delivery_feed`; with none known, `no_delivery_feed`.
    """
    known = [row for row in rows if row.sent is not None]
    blind = [row for row in rows if row.sent is None]
    partial = bool(blind) or any(row.unknown for row in known)
    cannot = bool(blind) and not any(row.sent for row in known)
    base = blind if cannot else known
    return Total(
        key=None,
        sent=None if cannot else sum(row.sent or 0 for row in known),
        delivered=sum(row.delivered for row in base),
        bounced_permanent=sum(row.bounced_permanent for row in base),
        bounced_transient=sum(row.bounced_transient for row in base),
        complained=sum(row.complained for row in base),
        delayed=sum(row.delayed for row in base),
        unknown="no_delivery_feed" if cannot else "partial_delivery_feed" if partial else None,
    )
