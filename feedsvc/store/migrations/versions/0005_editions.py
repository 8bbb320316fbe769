"""What was in which edition, entry by entry; holds; which entries were relabelled when.

Of the editions that are there nobody knows what was in them: what they passed is not looked at again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, and note up to where nothing was written down."""
    op.add_column("entries", sa.Column("relabelled", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_entries_relabelled", "entries", ["relabelled"])
    op.add_column("editions", sa.Column("publication", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("editions", sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "subscriptions", sa.Column("unrecorded_seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE subscriptions SET unrecorded_seq = COALESCE((SELECT max(editions.to_seq) FROM editions "
        "WHERE editions.subscription = subscriptions.subscription), 0)"
    )
    op.create_table(
        "edition_entries",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["entries.seq"], name=op.f("fk_edition_entries_seq")),
        sa.ForeignKeyConstraint(
            ["subscription", "due_at"],
            ["editions.subscription", "editions.due_at"],
            name=op.f("fk_edition_entries_subscription_due_at"),
        ),
        sa.PrimaryKeyConstraint("subscription", "seq", name=op.f("pk_edition_entries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holds",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.subscription"], name=op.f("fk_holds_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription", name=op.f("pk_holds")),
    )
