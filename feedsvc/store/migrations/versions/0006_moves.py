"""Who is on which list, who was moved, and which entries each digest tells of; one spelling for each mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables, fill in what the digests of the editions that are there tell of, and mend mailboxes."""
    op.create_table(
        "members",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.subscription"], name=op.f("fk_members_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription", name=op.f("pk_members")),
    )
    op.create_table(
        "moves",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("publication", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "mark", name=op.f("pk_moves")),
    )
    op.create_table(
        "digest_entries",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["digests.digest"], name=op.f("fk_digest_entries_digest")),
        sa.ForeignKeyConstraint(["seq"], ["entries.seq"], name=op.f("fk_digest_entries_seq")),
        sa.PrimaryKeyConstraint("digest", "seq", name=op.f("pk_digest_entries")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO digest_entries (digest, seq) SELECT DISTINCT told.digest, edition_entries.seq FROM ("
        "SELECT DISTINCT deliveries.digest, receipts.subscription, receipts.due_at FROM receipts "
        "JOIN deliveries ON deliveries.delivery = receipts.delivery) AS told "
        "JOIN edition_entries ON edition_entries.subscription = told.subscription "
        "AND edition_entries.due_at = told.due_at"
    )
    _mend_mailboxes(op.get_bind())


def _mend_mailboxes(connection: sa.Connection) -> None:
    """Spell the domains of mailboxes as DNS does; where both spellings were kept apart, the old one stays."""
    plain = "GLOB '*[^ -~]*'" if connection.dialect.name == "sqlite" else "~ '[^ -~]'"
    for table in ("deliveries", "answers", "suppressions"):
        query = sa.text(f"SELECT DISTINCT mailbox FROM {table} WHERE mailbox {plain}")  # noqa: S608
        for mailbox in connection.scalars(query).all():
            _respell(connection, table, mailbox)


def _respell(connection: sa.Connection, table: str, mailbox: str) -> None:
    local, at, domain = mailbox.rpartition("@")
    try:
        names = {"old": mailbox, "new": f"{local}{at}{domain.encode('idna').decode()}"}
    except UnicodeError:
        return
    if table == "deliveries":
        connection.execute(
            sa.text(
                "UPDATE receipts SET mailbox = :new WHERE mailbox = :old "
                "AND delivery IN (SELECT delivery FROM deliveries WHERE mailbox = :old) "
                "AND NOT EXISTS (SELECT 1 FROM receipts AS other WHERE other.mailbox = :new "
                "AND other.subscription = receipts.subscription AND other.due_at = receipts.due_at)"
            ),
            names,
        )
    unless = " AND NOT EXISTS (SELECT 1 FROM suppressions WHERE mailbox = :new)"
    connection.execute(
        sa.text(
            f"UPDATE {table} SET mailbox = :new WHERE mailbox = :old"  # noqa: S608
            f"{unless if table == 'suppressions' else ''}"
        ),
        names,
    )
