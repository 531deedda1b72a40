"""Alembic's entry: runs the desk's migrations on the connection that the desk hands over."""

from alembic import context

from pipeline.desk.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table="desk_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
