"""The numbers of a period as rows to read, and as a file that no spreadsheet can be made to run."""

import csv
import io
from collections.abc import Sequence

from core.charts.frame import Row
from core.safe_text import csv_cell, safe_text

HEADINGS = (
    "sent", "delivered", "bounced_permanent", "bounced_transient", "complained", "delayed",
    "bounce_rate", "complaint_rate", "unknown",
)  # fmt: skip


def csv_file(rows: Sequence[Row], key: str) -> bytes:
    """The rows as CSV in UTF-8 with a mark, as Excel wants it. Rates are unrounded fractions; unknown cells are empty.

    Keys come from mail (tags, domains): they are cleaned, and one that begins like a formula gets an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((key, *HEADINGS))
    for row in rows:
        name = csv_cell(safe_text(row.key, 300)) if row.key is not None else ""
        writer.writerow([name, *(_cell(row, heading) for heading in HEADINGS)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(row: Row, heading: str) -> object:
    value = getattr(row, heading)
    return "" if value is None else value
