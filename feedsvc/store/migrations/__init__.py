"""The way from any earlier database to this version's tables, by Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from feedsvc.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

# The revision that this version works with; a test holds it to the newest script.
HEAD = "0009"


def revision(connection: sa.Connection) -> str | None:
    """Tell which revision a database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def config() -> Config:
    """Give Alembic's configuration for the scripts beside this file."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return settings


def upgrade(connection: sa.Connection) -> None:
    """Bring a database to HEAD within the connection's transaction; raises StoreError for one from the future."""
    from alembic import command
    from alembic.script import ScriptDirectory

    settings = config()
    here = revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if here is not None and here not in known:
        raise StoreError(
            f"The store is at revision {here}, which this version of feedsvc doesn't know: "
            f"it was written by a newer one. Install that version again, or restore a backup from before."
        )
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
