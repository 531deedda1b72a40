"""Alembic's entry: migrates over the connection that ``database.py`` hands in."""

from alembic import context

from pipeline.archive.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,  # database.py holds the one transaction around all of it
)
context.run_migrations()
