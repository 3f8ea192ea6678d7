"""On SQLite, events by day and recipient: what comes in goes to one small part of the index, however much is there."""

from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE INDEX events_by_day_and_recipient ON events (connection_id, (occurred_at / 86400000), recipient)"
        )
        op.execute("DROP INDEX events_by_recipient")
