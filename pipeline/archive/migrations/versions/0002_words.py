"""The words of the index as a table on SQLite, too, and letters by number.

FTS5's own list of words counts every word's letters when it is read: minutes for a million letters.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table from FTS5's list, and the index."""
    op.create_index("ix_letters_number", "letters", ["number"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TABLE words_kept (term TEXT PRIMARY KEY) WITHOUT ROWID")
        op.execute("INSERT INTO words_kept SELECT term FROM letter_words")
        op.execute("DROP TABLE letter_words")
        op.execute("ALTER TABLE words_kept RENAME TO letter_words")
