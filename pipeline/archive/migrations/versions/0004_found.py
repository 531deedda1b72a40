"""Indexes for searches: the few secret letters, and both ends of a letter's date.

On PostgreSQL the newest letters come first from an index of their own: its plain ones have rows
without a date at the other end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes; the one of dates takes the place of one that held their first day only."""
    secret = sa.text("secrecy > 0")
    op.create_index(
        "letters_secret", "letters", ["secrecy"], sqlite_where=secret, postgresql_where=secret
    )
    op.create_index("letters_dates", "letters", ["date_low", "date_high"])
    op.drop_index("ix_letters_date_low", "letters")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX letters_newest ON letters "
            "(date_low DESC NULLS LAST, date_high DESC NULLS LAST, pk DESC)"
        )
