"""On PostgreSQL, partitions by month for what grows for ever. The rows are copied in the migration's own transaction."""

from datetime import UTC, datetime

from alembic import op

revision = "0008"
down_revision = "0007"

MONTHS = 60  # partitions at most; what is older, younger or tells no month lies in the default one
AHEAD, BEHIND = 2, 1
# An id of Amazon's begins with the place in four hexadecimal digits and the time in twelve. Months are counted from 1970.
_MS = "(('x' || substr(message_id, 5, 12))::bit(48)::bigint)"
_DATE = "(to_timestamp({ms} / 1000) AT TIME ZONE 'UTC')"
_COUNTED = "((extract(year FROM {date})::int - 1970) * 12 + extract(month FROM {date})::int - 1)"
_TOLD = _COUNTED.format(date=_DATE.format(ms=_MS))
MONTH = (
    "CASE WHEN message_id ~ '^[0123456789abcdef]{16}-' THEN "
    f"CASE WHEN {_MS} BETWEEN 1293840000000 AND 4102444799999 THEN {_TOLD} ELSE 0 END ELSE 0 END"
)
_PUBLISHED = _COUNTED.format(date=_DATE.format(ms="published_at"))
_KEYS = {
    "outcomes": (
        "ALTER TABLE outcomes ADD PRIMARY KEY (connection_id, message_id, recipient, month)",
        "CREATE INDEX outcomes_by_age ON outcomes USING brin (seen_at, sent_at)",
    ),
    "events": (
        "ALTER TABLE events ADD PRIMARY KEY (id, month)",
        "ALTER TABLE events ADD CONSTRAINT one_fact UNIQUE (connection_id, message_id, recipient, type, detail, month)",
        "CREATE INDEX events_by_time ON events (connection_id, occurred_at DESC, id)",
        "CREATE INDEX events_by_recipient ON events (connection_id, recipient)",
        "CREATE INDEX events_by_age ON events USING brin (occurred_at, received_at)",
    ),
    "notifications": (
        "ALTER TABLE notifications ADD PRIMARY KEY (id, published_at)",
        "ALTER TABLE notifications ADD UNIQUE (connection_id, published_at, sns_message_id)",
        "CREATE INDEX notifications_by_queue ON notifications (connection_id, published_at) WHERE topic_id IS NULL",
        "CREATE INDEX notifications_unread ON notifications (connection_id, id) WHERE state = 'quarantined'",
        "CREATE INDEX notifications_by_age ON notifications USING brin (received_at)",
    ),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _run("SET LOCAL statement_timeout = 0")
    _run("LOCK TABLE outcomes, events, notifications IN ACCESS EXCLUSIVE MODE")
    for name in _KEYS:
        _divide(name)


def _divide(name: str) -> None:
    """Make the table anew in partitions, with its rows and its numbering."""
    by_message = name != "notifications"
    _run(f"ALTER TABLE {name} RENAME TO {name}_before")
    column, by = (", month integer NOT NULL", "month") if by_message else ("", "published_at")
    _run(f"CREATE TABLE {name} (LIKE {name}_before INCLUDING DEFAULTS{column}) PARTITION BY RANGE ({by})")
    _run(f"CREATE TABLE {name}_default PARTITION OF {name} DEFAULT")
    for month in _wanted(name, MONTH if by_message else _PUBLISHED):
        low, high = (month, month + 1) if by_message else (_start(month), _start(month + 1))
        ending = f"{month // 12 + 1970}_{month % 12 + 1:02}"
        _run(f"CREATE TABLE {name}_{ending} PARTITION OF {name} FOR VALUES FROM ({low}) TO ({high})")
    extra = f", {MONTH}" if by_message else ""
    _run(f"INSERT INTO {name} SELECT *{extra} FROM {name}_before")  # noqa: S608
    if name != "outcomes":
        _run(f"ALTER SEQUENCE {name}_id_seq OWNED BY {name}.id")
    _run(f"DROP TABLE {name}_before")
    for statement in _KEYS[name]:
        _run(statement)


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def _wanted(name: str, month: str) -> list[int]:
    """The months of today, and those that the rows have: the latest, if they are many."""
    bind = op.get_bind()
    now = datetime.fromtimestamp(
        int(bind.exec_driver_sql("SELECT extract(epoch FROM now())").scalar_one()), UTC
    )
    today = (now.year - 1970) * 12 + now.month - 1
    found = bind.exec_driver_sql(f"SELECT DISTINCT {month} FROM {name}_before")  # noqa: S608
    there = {month for month in found.scalars() if 0 < month <= today + AHEAD}
    return sorted(there | set(range(today - BEHIND, today + AHEAD + 1)))[-MONTHS:]


def _start(month: int) -> int:
    return int(datetime(month // 12 + 1970, month % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1000
