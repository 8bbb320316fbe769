"""Up to which publication's labels what a subscription was taken up with counts.

For those that are there it is the last one: nobody knows of any that came between.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column, and fill it in."""
    op.add_column(
        "subscriptions",
        sa.Column("taken_up_publication", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.execute(
        "UPDATE subscriptions SET taken_up_publication = "
        "COALESCE((SELECT max(publications.number) FROM publications), 0)"
    )
