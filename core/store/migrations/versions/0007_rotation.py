"""Exchanging an access key for another, step by step."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "rotations",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("old_hint", sa.String(), nullable=False),
        sa.Column("new_hint", sa.String(), nullable=False),
        sa.Column("old_arn", sa.String(), nullable=False),
        sa.Column("new_arn", sa.String(), nullable=False),
        sa.Column("other_sealed", sa.Text(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=True),
        sa.Column("disabled_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["connections.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("connection_id"),
    )
