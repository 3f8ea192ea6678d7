"""How Amazon spells an address on its suppression list: it is taken off there under that spelling alone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("amazon_suppressed", sa.Column("spelled", sa.Text(), nullable=False, server_default=""))
