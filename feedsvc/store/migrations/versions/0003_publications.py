"""Publications, and what hangs on them: feeds in their own order, pictures, search, mirrors, announcements.

Documents are no longer kept: they are made from one state of the store when they are asked for. What feeds show is
counted anew at the next pass, as after `feedsvc publish`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, keep the pictures, and let the next pass fill the rest."""
    op.create_table(
        "publications",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_publications")),
        sa.UniqueConstraint("at", name=op.f("uq_publications_at")),
    )
    op.drop_table("feeds")
    op.create_table(
        "feeds",
        sa.Column("feed", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("positions", sa.BigInteger(), nullable=False),
        sa.Column("archives", sa.Integer(), nullable=False),
        sa.Column("rearranged", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("publication", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feeds")),
        sa.UniqueConstraint("country", "topic", "language", name=op.f("uq_feeds_country_topic_language")),
        sa.UniqueConstraint("name", name=op.f("uq_feeds_name")),
    )
    op.create_table(
        "feed_entries",
        sa.Column("feed", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("publication", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["feed"], ["feeds.feed"], name=op.f("fk_feed_entries_feed")),
        sa.ForeignKeyConstraint(["seq"], ["entries.seq"], name=op.f("fk_feed_entries_seq")),
        sa.PrimaryKeyConstraint("feed", "position", name=op.f("pk_feed_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feed_entries_seq_feed", "feed_entries", ["seq", "feed"], unique=True)
    hidden = sa.column("shown", sa.Boolean()).is_(False)
    op.create_index(
        "ix_feed_entries_hidden", "feed_entries", ["feed"], sqlite_where=hidden, postgresql_where=hidden
    )
    op.create_table(
        "feed_months",
        sa.Column("feed", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feed"], ["feeds.feed"], name=op.f("fk_feed_months_feed")),
        sa.PrimaryKeyConstraint("feed", "month", name=op.f("pk_feed_months")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "media",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("publication", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_media")),
    )
    op.create_table(
        "exports",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination", "path", name=op.f("pk_exports")),
    )
    op.create_table(
        "announcements",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("publication", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_announcements")),
    )
    op.create_index(op.f("ix_announcements_due_at"), "announcements", ["due_at"])
    op.add_column("entries", sa.Column("publication", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_entries_publication", "entries", ["publication"])
    op.execute(
        "INSERT INTO media (path, media_type, data, gone, publication) "
        "SELECT path, media_type, body, gone, 0 FROM documents WHERE path LIKE '/media/%'"
    )
    op.drop_table("documents")
    op.execute("DELETE FROM facts WHERE name = 'documents made with'")
    op.execute(
        "INSERT INTO facts (name, value) SELECT 'feeds uncounted', 'yes' WHERE EXISTS (SELECT * FROM entries)"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5 (words)")
    else:
        op.execute("CREATE TABLE search (seq BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")
    op.create_index(op.f("ix_entries_published"), "entries", ["published"])
