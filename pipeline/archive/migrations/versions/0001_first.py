"""The first tables: ledger, letters, what is asked for, history, and the index of words."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _ledger()
    _letters()
    _questions()
    if op.get_bind().dialect.name == "sqlite":
        # Contentless: the text lies compressed in letters; the index holds folded words only.
        op.execute(
            "CREATE VIRTUAL TABLE letter_index USING fts5(title, body, content='', "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        op.execute("CREATE VIRTUAL TABLE letter_words USING fts5vocab(letter_index, row)")
    else:
        op.execute(
            "CREATE TABLE letter_index (letter_pk BIGINT PRIMARY KEY "
            "REFERENCES letters (pk) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX letter_index_words ON letter_index USING gin (words)")
        op.execute("CREATE TABLE letter_words (term TEXT PRIMARY KEY)")


def _ledger() -> None:
    op.create_table(
        "files",
        sa.Column("id", ROW, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("settings", sa.Text(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("queued_at", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("name_key"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("files_state", "files", ["state", "id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", ROW, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "paths",
        sa.Column("id", ROW, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("file_id", ROW, nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["files.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_index("ix_paths_file_id", "paths", ["file_id"], unique=False)


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("pk", ROW, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("id_key", sa.Text(), nullable=False),
        sa.Column("file_id", ROW, nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("doc_type", sa.Text(), nullable=True),
        sa.Column("doc_type_key", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("notation", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("issuer_key", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("date_low", sa.Text(), nullable=True),
        sa.Column("date_high", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("secrecy", sa.BigInteger(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["files.id"],
        ),
        sa.PrimaryKeyConstraint("pk"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("id_key"),
    )
    op.create_index("ix_letters_code_key", "letters", ["code_key"], unique=False)
    op.create_index("ix_letters_date_low", "letters", ["date_low"], unique=False)
    op.create_index("letters_file", "letters", ["file_id", "part"], unique=True)
    op.create_index("letters_issuer", "letters", ["issuer_key"], unique=False)
    op.create_index("letters_review", "letters", ["review", "doubt"], unique=False)
    op.create_table(
        "closings",
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("letter_pk", "label"),
    )
    op.create_table(
        "edits",
        sa.Column("id", ROW, nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_edits_letter_pk", "edits", ["letter_pk"], unique=False)
    op.create_table(
        "bodies",
        sa.Column("letter_pk", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("reading", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter_pk"], ["letters.pk"]),
        sa.PrimaryKeyConstraint("letter_pk"),
    )
    op.create_table(
        "layouts",
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("pages", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("letter_pk"),
    )


def _questions() -> None:
    op.create_table(
        "citations",
        sa.Column("id", ROW, nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_citations_code_key", "citations", ["code_key"], unique=False)
    op.create_index("ix_citations_letter_pk", "citations", ["letter_pk"], unique=False)
    op.create_table(
        "directives",
        sa.Column("id", ROW, nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("assignees", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_directives_deadline", "directives", ["deadline"], unique=False)
    op.create_index("ix_directives_letter_pk", "directives", ["letter_pk"], unique=False)
    op.create_table(
        "parties",
        sa.Column("id", ROW, nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("directive", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_parties_letter_pk", "parties", ["letter_pk"], unique=False)
    op.create_index("ix_parties_name_key", "parties", ["name_key"], unique=False)
    op.create_table(
        "percentages",
        sa.Column("id", ROW, nullable=False),
        sa.Column("letter_pk", ROW, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("comparison", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("holder_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_pk"],
            ["letters.pk"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_percentages_holder_key", "percentages", ["holder_key"], unique=False)
    op.create_index("ix_percentages_letter_pk", "percentages", ["letter_pk"], unique=False)
    op.create_index("ix_percentages_value", "percentages", ["value"], unique=False)
