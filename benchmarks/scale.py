"""The sums of `docs/scale.md`: what a billion events a month come to, from the figures of results.json.

Each line is the formula that the page shows: the same text is reckoned and printed, so they cannot differ.
"""

from collections.abc import Sequence

from benchmarks.table import Row, between, measured_at, number

GIVEN = {  # what is assumed, and what the product does where nobody decided otherwise
    "events": (1_000_000_000, "events a month; the unit of all that follows"),
    "month": (2_592_000, "seconds of 30 days"),
    "peak": (5, "times the mean, in a storm of bounces or on a Monday morning (assumed)"),
    "busy": (0.6, "of a core at the peak; the rest is for storms within the second (assumed)"),
    "event_days": (
        400,
        "days an event is kept (`Retention`, default); the row of its notification stays as long, its text 90",
    ),
}
MEASURED = {  # the name in results.json
    "cpu": ("CPU of a receiver and PostgreSQL together", "receiver-cpu on PostgreSQL"),
    "pg_cpu": ("of it PostgreSQL's", "PostgreSQL, CPU of its own per message"),
    "raw": ("a kept notification, indexes with it", "PostgreSQL, size per message: notifications"),
    "event": ("its event", "PostgreSQL, size per message: events"),
    "outcome": ("its share of an outcome", "PostgreSQL, size per message: outcomes"),
    "rest": ("rollups and the rest", "PostgreSQL, size per message: rollups and the rest"),
    "log": ("log written", "PostgreSQL, log written per message"),
    "syncs": ("syncs of the log", "PostgreSQL, syncs of the log per message"),
    "written": ("pages of 8 KB written", "PostgreSQL, pages written per message"),
    "sqlite": ("SQLite, two workers, empty store", "receiver-throughput"),
    "sqlite_full": ("SQLite, two workers, 10M events present", "receiver-throughput with 10M events present"),
}
PRICES = {  # dollars, list prices of us-east-1, rounded, without free tiers and discounts
    "sns_publish": (0.50, "a million publishes of SNS"),
    "sns_https": (0.60, "a million deliveries of SNS over HTTPS"),
    "sqs": (0.40, "a million requests of SQS"),
    "ec2": (0.036, "an hour of a core, EC2 Graviton"),
    "rds": (0.085, "an hour of a core, RDS or Aurora Graviton"),
    "disk": (0.10, "a GB and month of Aurora storage"),
    "firehose": (0.029, "a GB into Firehose, each record counted as 5 KB"),
    "s3": (0.023, "a GB and month of S3"),
}
SUMS = (  # name, what, formula, unit
    ("mean", "events a second, mean", "events / month", "/s"),
    ("top", "events a second, peak", "mean * peak", "/s"),
    ("receivers", "cores of receivers and workers", "top * (cpu - pg_cpu) / 1e6 / busy", "cores"),
    ("database", "cores of the database", "top * pg_cpu / 1e6 / busy", "cores"),
    ("rows", "rows a day in notifications, and about as many in events", "events / 30 / 1e6", "million"),
    ("raws", "notifications on disk: emptied texts are room that PostgreSQL does not give back by itself", "events / 30 * event_days * raw / 1e9", "GB"),
    ("facts", "events, outcomes, rollups on disk", "events / 30 * event_days * (event + outcome + rest) / 1e9", "GB"),
    ("store", "the store in all", "raws + facts", "GB"),
    ("partition", "a month's partitions, the newest best in memory", "events * (raw + event + outcome) / 1e9", "GB"),
    ("stream", "log to disk and to a standby, at the peak", "top * log / 1e6", "MB/s"),
    ("archive", "log of a month, for recovery to a moment", "events * log / 1e9", "GB"),
    ("writes", "syncs of the log at the mean (commits are shared, so it grows slower than the load)", "mean * syncs", "IOPS"),
    ("storm", "the same at the peak", "top * syncs", "IOPS"),
    ("pages", "pages written behind by checkpoints, at the mean", "mean * written", "IOPS"),
    ("begin", "stream that one empty SQLite file keeps up with", "sqlite / peak * month / 1e6", "million events a month"),
    ("grown", "stream that one with 10M events keeps up with", "sqlite_full / peak * month / 1e6", "million events a month"),
)  # fmt: skip
COSTS = (
    ("publish", "SES publishes to SNS", "events / 1e6 * sns_publish", "$"),
    ("deliver", "SNS delivers over HTTPS", "events / 1e6 * sns_https", "$"),
    ("queue", "or through SQS: sent one by one, received and deleted in tens", "events / 1e6 * (1 + 2 / 10) * sqs", "$"),
    ("run", "receivers and workers", "receivers * 730 * ec2", "$"),
    ("keep", "database and its standby", "2 * database * 730 * rds", "$"),
    ("hold", "its storage", "store * disk", "$"),
    ("pipe", "raw archive: SES straight into Firehose", "events * 5e3 / 1e9 * firehose", "$"),
    ("shelf", "a year of it in S3, compressed tenfold (assumed)", "12 * events * raw / 10 / 1e9 * s3", "$"),
)  # fmt: skip


def page(text: str, figures: Sequence[Row]) -> str:
    """The page with its tables as the file of figures has them."""
    values = known(figures)
    text = between(text, "measured", measured(figures))
    text = between(text, "given", _assumed())
    text = between(text, "sums", table(SUMS, values))
    return between(text, "cost", table(COSTS, values))


def known(figures: Sequence[Row]) -> dict[str, float]:
    """Every name that a formula may use and that has a value: given, measured, priced, reckoned."""
    values: dict[str, float] = {name: value for name, (value, _) in (GIVEN | PRICES).items()}
    by_name = {row["name"]: row["value"] for row in figures}
    values |= {name: by_name[row] for name, (_, row) in MEASURED.items() if by_name.get(row) is not None}
    for name, _, formula, _ in (*SUMS, *COSTS):
        result = reckoned(formula, values)
        if result is not None:
            values[name] = result
    return values


def reckoned(formula: str, values: dict[str, float]) -> float | None:
    """What a formula comes to; None when something in it was not measured."""
    try:
        return float(eval(formula, {"__builtins__": {}}, dict(values)))  # our own text, above
    except NameError:
        return None


def table(sums: Sequence[tuple[str, str, str, str]], values: dict[str, float]) -> str:
    """Markdown: name, what, formula, result."""
    lines = ["| name | what | formula | result |", "|---|---|---|---|"]
    for name, what, formula, unit in sums:
        value = values.get(name)
        if value is None:
            told = "not known: not measured"
        elif unit == "$":
            told = f"${value:,.0f}"
        else:
            told = f"{number(value)} {unit}".replace(" /s", "/s")
        lines.append(
            f"| `{name}` | {what} | {formula.replace(' * ', ' × ').replace(' / ', ' ÷ ')} | **{told}** |"
        )
    return "\n".join(lines)


def measured(figures: Sequence[Row]) -> str:
    """What the sums begin with."""
    rows = {row["name"]: row for row in figures}
    lines = ["| name | what | measured | figure |", "|---|---|---|---|"]
    for name, (what, figure) in MEASURED.items():
        row = rows.get(figure)
        if row is None or row["value"] is None:
            told = "not measured"
        else:
            unit = (
                row["unit"].split(",")[0].replace("microseconds of CPU per message", "µs of CPU per message")
            )
            told = f"{number(row['value'])} {unit}" + ("" if "message" in unit else " a message")
        lines.append(f"| `{name}` | {what} | {told} | {figure} |")
    used = [row for row in figures if row["name"] in {figure for _, figure in MEASURED.values()}]
    return "\n".join(lines) + (f"\n\n{measured_at(used)}" if used else "")


def _assumed() -> str:
    lines = ["| name | value | what |", "|---|---|---|"]
    lines += [f"| `{name}` | {value:,} | {what} |" for name, (value, what) in GIVEN.items()]
    lines += [f"| `{name}` | ${value:,.3f} | {what} |" for name, (value, what) in PRICES.items()]
    return "\n".join(lines)
