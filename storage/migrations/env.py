"""Alembic's entry point; the connection always comes from storage/schema.py."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 # fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transaction_per_migration=False,
    transactional_ddl=False,  # The caller's transaction holds all migrations.
    render_as_batch=False,
)
context.run_migrations()
