"""The SHA-256 of every plain file that is written for a letter.

Letters of before have none until ``congvan verify --mend`` notes them: a migration sees the
database only, and what it can't see it must not vouch for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pieces",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["letter_pk"], ["letters.pk"]),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_index("ix_pieces_letter_pk", "pieces", ["letter_pk"], unique=False)
