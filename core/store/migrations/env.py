"""Alembic's entrance: it runs inside the transaction that `migrate` opened, so a migration is done or not begun."""

from alembic import context
from sqlmodel import SQLModel

import core.store.tables  # noqa: F401  (names the tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
