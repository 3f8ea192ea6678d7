"""Rates as a table to read and a file to keep: the same numbers as the figures, and every number of them."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.charts.frame import Row, frame
from core.reports.table import csv_file
from core.safe_text import csv_cell, safe_text

UNKNOWN = {"no_delivery_feed": "Cannot be known", "partial_delivery_feed": "Partly known"}
GLOSS = {
    "Sent": "Recipients Amazon accepted mail for. Every rate is of these.",
    "Permanent": "Bounced for good (Amazon: Permanent). These count in the bounce rate.",
    "Transient": "Refused for now (Amazon: Transient). These count in no rate.",
    "Delayed": "Held up: the provider lets the mail wait (Amazon: DeliveryDelay).",
    "Complaints": "People who pressed “This is spam”.",
}
RATE = st.column_config.NumberColumn(format="%.3f %%", width="small")


def rate_table(
    rows: Sequence[Row],
    key: str,
    heading: str,
    name: Callable[[str | None], str] | None = None,
    alt: str = "",
) -> None:
    """Draw the rows under this heading. Keys from mail are cleaned, and cannot run as a formula when copied out."""
    if not rows:
        st.caption("Nothing in these days.")
        return
    table = frame(rows)
    said = [(name or _said)(row.key) for row in rows]
    shown = pd.DataFrame(
        {
            heading: [csv_cell(one) for one in said],
            "Sent": table["sent"],
            "Delivered": table["delivered"],
            "Permanent": table["bounced_permanent"],
            "Bounce rate": table["bounce_rate"].astype(float) * 100,
            "Transient": table["bounced_transient"],
            "Delayed": table["delayed"],
            "Complaints": table["complained"],
            "Complaint rate": table["complaint_rate"].astype(float) * 100,
        }
    )
    unknown = [UNKNOWN.get(row.unknown or "", "") for row in rows]
    if any(unknown):
        shown["Known?"] = unknown
    counts = (name for name in shown.columns if name not in (heading, "Known?"))
    columns = {
        name: st.column_config.NumberColumn(format="localized", width="small", help=GLOSS.get(name))
        for name in counts
    }
    columns |= {"Bounce rate": RATE, "Complaint rate": RATE}
    st.dataframe(
        shown, hide_index=True, key=f"table-{key}", column_config=columns,
        alt=alt or f"Rates by {heading.lower()}, {len(rows)} rows",
    )  # fmt: skip
    st.download_button(
        "Download as CSV",
        csv_file(rows, key),
        f"ses-desk-{key}.csv",
        "text/csv",
        key=f"csv-{key}",
        icon=":material/download:",
        on_click="ignore",
    )


def _said(key: str | None) -> str:
    return "Not said" if key is None else safe_text(key, 120)
