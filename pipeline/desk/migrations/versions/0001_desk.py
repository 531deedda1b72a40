"""Users, sessions, failed sign-ins, the audit log, saved searches, verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desk_users",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("clearance", sa.BigInteger, nullable=False),
        sa.Column("fresh", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column(
            "user_id", sa.BigInteger, sa.ForeignKey("desk_users.id"), nullable=False, index=True
        ),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("born_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
    )
    op.create_table(
        "desk_attempts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("blocked_until", sa.Text, nullable=False),
    )
    op.create_table(
        "desk_events",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("desk_events_subject", "desk_events", ["subject"])
    op.create_table(
        "desk_searches",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column(
            "user_id", sa.BigInteger, sa.ForeignKey("desk_users.id"), nullable=False, index=True
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
    )
    op.create_table(
        "desk_verdicts",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("letter_id", sa.Text, nullable=False, index=True),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False, index=True),
    )
