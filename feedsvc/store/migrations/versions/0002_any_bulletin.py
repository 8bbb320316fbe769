"""Entries without a date, under embargo, known by guid and link, with labels of their own; pages that are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what richer bulletins need. What is stored has a date, no guid, and is there."""
    op.create_table(
        "held",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("bulletin", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "bulletin", "number", name=op.f("pk_held")),
    )
    op.create_index(op.f("ix_held_publish_at"), "held", ["publish_at"])
    op.add_column("entries", sa.Column("dated", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("entries", sa.Column("guid", sa.Text(), nullable=False, server_default=""))
    op.add_column("entries", sa.Column("link_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("entries", sa.Column("stated", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(op.f("ix_entries_guid"), "entries", ["guid"])
    op.create_index(op.f("ix_entries_link_key"), "entries", ["link_key"])
    op.add_column("documents", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
