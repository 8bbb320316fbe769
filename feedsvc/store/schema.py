"""The tables. Migrations bring a database to them; a test holds the two together.

Beside them is `search`, which each database makes in its own way; `feedsvc.store.search` has its SQL.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite has no time zones, so every moment is kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn any aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime must not be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back in UTC, whatever the session's time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- what was read ----------------------------------------------------------

bulletins = Table(
    "bulletins",
    metadata,
    Column("source", Text, primary_key=True),
    Column("bulletin", Text, primary_key=True),
    Column("signature", Text, nullable=False),  # what the file system says of it: cheap to compare
    Column("digest", Text, nullable=False),  # SHA-256 of its bytes: what decides
    Column("read_at", UtcDateTime, nullable=False),
)

problems = Table(
    "problems",
    metadata,
    Column("source", Text, primary_key=True),
    Column("bulletin", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# Entries under embargo: their bulletins are read again when their time comes.
held = Table(
    "held",
    metadata,
    Column("source", Text, primary_key=True),
    Column("bulletin", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("publish_at", UtcDateTime, nullable=False, index=True),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    Column("slug", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("link", Text),
    Column("language", Text, nullable=False),
    Column("published", Date, nullable=False, index=True),
    Column("bulletin_date", Date, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, unique=True),
    Column("withdrawn_at", UtcDateTime),
    Column("source", Text, nullable=False),
    Column("bulletin", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("dated", Boolean, nullable=False, server_default=true()),
    Column("guid", Text, nullable=False, server_default="", index=True),
    Column("link_key", Text, nullable=False, server_default="", index=True),
    Column("stated", JSON, nullable=False, server_default="{}"),  # model.Stated, and the language
    Column(
        "publication", BigInteger, nullable=False, server_default="0"
    ),  # the last that changed what shows of it
    Column(
        "relabelled", BigInteger, nullable=False, server_default="0"
    ),  # the last that changed which selections it is in
    Column("title_key", Text, nullable=False, index=True),
    Column("text_key", Text, nullable=False, index=True),
    Index("ix_entries_source_bulletin", "source", "bulletin"),
    Index("ix_entries_publication", "publication"),
    Index("ix_entries_relabelled", "relabelled"),
)

labels = Table(
    "labels",
    metadata,
    Column("kind", Text, primary_key=True),  # country, mention, region, topic
    Column("term", Text, primary_key=True),
    Column("seq", BigInteger, ForeignKey("entries.seq"), primary_key=True),
    Column("score", Float, nullable=False),
    Column("evidence", JSON, nullable=False),
    Index("ix_labels_seq", "seq"),
)

# --- what is published ------------------------------------------------------

# Every change of what the site shows: from these come all Last-Modified.
publications = Table(
    "publications",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, unique=True),
)

# Every feed that was ever published.
feeds = Table(
    "feeds",
    metadata,
    Column("feed", Integer, primary_key=True),
    Column("country", Text, nullable=False),  # empty: all
    Column("topic", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column(
        "name", Text, nullable=False, unique=True
    ),  # its part of its id, which outlives what a topic is called
    Column("entries", Integer, nullable=False),
    Column("positions", BigInteger, nullable=False),  # how many were ever given
    Column("archives", Integer, nullable=False),  # how many are full
    Column("rearranged", BigInteger, nullable=False),  # the publication that last took something out of one
    Column("updated_at", UtcDateTime),  # the latest `updated` of an entry that it ever showed
    Column("created", BigInteger, nullable=False),  # the publications that brought it, and last changed it
    Column("publication", BigInteger, nullable=False),
    UniqueConstraint("country", "topic", "language"),
)

# Which entries a feed shows, in the order in which they came into it. Positions are never given again: archives are
# cut by them.
feed_entries = Table(
    "feed_entries",
    metadata,
    Column("feed", Integer, ForeignKey("feeds.feed"), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("seq", BigInteger, ForeignKey("entries.seq"), nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("publication", BigInteger, nullable=False),  # that brought it to its position
    Index("ix_feed_entries_seq_feed", "seq", "feed", unique=True),
    sqlite_with_rowid=False,
)

# What left a feed, withdrawn or under other labels, is little beside what is in it.
Index(
    "ix_feed_entries_hidden",
    feed_entries.c.feed,
    sqlite_where=feed_entries.c.shown.is_(False),
    postgresql_where=feed_entries.c.shown.is_(False),
)

# How many entries of each month, by the bulletins' dates, a feed shows.
feed_months = Table(
    "feed_months",
    metadata,
    Column("feed", Integer, ForeignKey("feeds.feed"), primary_key=True),
    Column("month", Date, primary_key=True),  # its first day
    Column("entries", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Pictures that came inside bulletins.
media = Table(
    "media",
    metadata,
    Column("path", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("publication", BigInteger, nullable=False),
)

# What stands at each place that the site is mirrored to.
exports = Table(
    "exports",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("path", Text, primary_key=True),  # of the file or object
    Column("etag", Text, nullable=False),
)

# Feeds that a hub is yet to be told of (WebSub), by their documents' paths.
announcements = Table(
    "announcements",
    metadata,
    Column("path", Text, primary_key=True),
    Column("publication", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
)

# Facts about the store as a whole, such as what the documents were last made with.
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# --- what is sent -----------------------------------------------------------

# The memory of each subscription ever seen: where its first edition starts, and when editions fall due.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("taken_up_at", UtcDateTime, nullable=False),
    Column("taken_up_seq", BigInteger, nullable=False),
    Column("taken_up_publication", BigInteger, nullable=False, server_default="0"),
    # Up to which nobody wrote down what was in its editions: older versions didn't.
    Column("unrecorded_seq", BigInteger, nullable=False, server_default="0"),
    Column("schedule", Text, nullable=False, server_default=""),  # model.Timing; empty: not noted yet
    Column("timezone", Text, nullable=False, server_default=""),
    Column("counts_from", UtcDateTime),  # empty: from when it was taken up
    Column("overdue", UtcDateTime),
)

editions = Table(
    "editions",
    metadata,
    Column("subscription", Text, ForeignKey("subscriptions.subscription"), primary_key=True),
    Column("due_at", UtcDateTime, primary_key=True),
    Column("from_seq", BigInteger, nullable=False),
    Column("to_seq", BigInteger, nullable=False),
    Column("since", Date),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("publication", BigInteger, nullable=False, server_default="0"),  # the last it knows of
    Column("dropped", Boolean, nullable=False, server_default=false()),
)

# Which entries were in which edition. The key is the promise: an entry is in one edition of a subscription.
edition_entries = Table(
    "edition_entries",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("seq", BigInteger, ForeignKey("entries.seq"), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["subscription", "due_at"], ["editions.subscription", "editions.due_at"]),
    sqlite_with_rowid=False,
)

# Who is on the list of each subscription and was not moved there since its last edition, as `feedsvc.digests.moving`
# marks them.
members = Table(
    "members",
    metadata,
    Column("subscription", Text, ForeignKey("subscriptions.subscription"), primary_key=True),
    Column("marks", LargeBinary, nullable=False),
)

# Who left a list, and is on that of a subscription that has had no edition since (empty: on none).
moves = Table(
    "moves",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    Column("seq", BigInteger, nullable=False),  # where they stand: model.Stand
    Column("publication", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

# Subscriptions whose editions wait until a person lets them go.
holds = Table(
    "holds",
    metadata,
    Column("subscription", Text, ForeignKey("subscriptions.subscription"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entries", Integer, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# Which entries each digest tells of: with the deliveries, what everybody was offered.
digest_entries = Table(
    "digest_entries",
    metadata,
    Column("digest", Text, ForeignKey("digests.digest"), primary_key=True),
    Column("seq", BigInteger, ForeignKey("entries.seq"), primary_key=True),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("digest", Text, ForeignKey("digests.digest"), nullable=False),
    Column("address", Text, nullable=False),
    Column("mailbox", Text, nullable=False),  # model.mailbox(address)
    Column("name", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("dated_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("doubts", Integer, nullable=False, server_default="0"),  # how often its acceptance was never read
    Column("worker", Text),  # who has it while it is attempting
    Column("reply", Text, nullable=False),
    Index("ix_deliveries_state_due_at", "state", "due_at"),
    Index("ix_deliveries_mailbox", "mailbox"),
)

# Which editions went to whom. The key is the promise: no one gets an edition twice.
receipts = Table(
    "receipts",
    metadata,
    Column("subscription", Text, primary_key=True),
    Column("due_at", UtcDateTime, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("delivery", ForeignKey("deliveries.delivery"), nullable=False, index=True),
    ForeignKeyConstraint(["subscription", "due_at"], ["editions.subscription", "editions.due_at"]),
)

# What came back to the bounce mailbox. The key is of the message's bytes, so that none is counted twice.
answers = Table(
    "answers",
    metadata,
    Column("letter", Text, primary_key=True),
    Column("number", Integer, primary_key=True),  # one letter may speak of several recipients
    Column("kind", Text, nullable=False),
    Column("mailbox", Text, nullable=False),  # empty: it speaks of nobody we know
    Column("delivery", ForeignKey("deliveries.delivery")),
    Column("read_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("forgiven", Boolean, nullable=False),  # it was before the address was let back
    Index("ix_answers_mailbox", "mailbox"),
    Index("ix_answers_delivery", "delivery"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
)
