"""What came back to the bounce mailbox, and deliveries found by whom they went to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "answers",
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("delivery", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("forgiven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.delivery"], name=op.f("fk_answers_delivery")),
        sa.PrimaryKeyConstraint("letter", "number", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_mailbox", "answers", ["mailbox"])
    op.create_index("ix_answers_delivery", "answers", ["delivery"])
    op.create_index("ix_deliveries_mailbox", "deliveries", ["mailbox"])
