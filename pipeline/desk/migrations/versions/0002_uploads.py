"""Who sent which file: what has no record yet is shown to them and to few others."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_uploads",
        sa.Column("path_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "user_id", sa.BigInteger, sa.ForeignKey("desk_users.id"), nullable=False, index=True
        ),
    )
