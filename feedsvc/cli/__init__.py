"""The command line. Exit codes: 0 done, 1 something failed, 2 bad usage or bad config."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Each module adds its commands to the root.
from feedsvc.cli import entries, holding, labelling, mailbox, reading, sending, service
from feedsvc.cli.console import fail
from feedsvc.cli.root import cli
from feedsvc.errors import ConfigError, FeedsvcError

__all__ = ["cli", "entries", "holding", "labelling", "mailbox", "main", "reading", "sending", "service"]


def main() -> None:
    """Run the command line; an error is a sentence, never a traceback."""
    try:
        cli(standalone_mode=True)
    except ConfigError as error:
        fail(str(error), 2)
    except FeedsvcError as error:
        fail(str(error), 1)
    except BrokenPipeError:  # whoever read what we print has read enough
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        fail(f"{error.filename or 'What is printed'}: {error.strerror}.", 1)
