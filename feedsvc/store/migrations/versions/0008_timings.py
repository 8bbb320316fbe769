"""By which schedule each subscription's editions fall due, and since when.

Of those that are there it is noted when they are seen next, and counts as it did until then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("subscriptions", sa.Column("schedule", sa.Text(), nullable=False, server_default=""))
    op.add_column("subscriptions", sa.Column("timezone", sa.Text(), nullable=False, server_default=""))
    op.add_column("subscriptions", sa.Column("counts_from", sa.DateTime(timezone=True)))
    op.add_column("subscriptions", sa.Column("overdue", sa.DateTime(timezone=True)))
