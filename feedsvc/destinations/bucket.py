"""A bucket of an object store: S3 and all that speak like it, Google Cloud Storage, Azure Blob Storage.

Endpoint, region and credentials come from the environment by the names that each store's own tools know: `AWS_*`,
`GOOGLE_*`, `AZURE_*`.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import from_url

from feedsvc.errors import ExportError
from feedsvc.model import CACHE_CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from obstore.store import ObjectStore

    from feedsvc.destinations.destination import File

# How many objects are on their way at once: what takes time is the way.
AT_ONCE = 32
# A store that doesn't answer is tried again for so long, and then at the next export.
PATIENCE = timedelta(seconds=20)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_STATUS = re.compile(r"status code: (\d{3}[A-Za-z ]*)")
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "GOOGLE_SERVICE_ACCOUNT",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}


@dataclass(frozen=True)
class Bucket:
    """A bucket, or what lies in it under a prefix: `s3://bucket/prefix`."""

    name: str
    manner = "objects"

    def __reduce__(self) -> tuple[type[Bucket], tuple[str]]:
        return Bucket, (self.name,)

    def holds(self, path: str) -> bool:
        """Tell whether there is an object of a path."""
        try:
            with self._mapped_errors():
                obstore.head(self._store, path)
        except _NothingThereError:
            return False
        return True

    def put(self, files: Sequence[File]) -> None:
        """Lay objects there, each with its media type and how long it may be kept."""
        with self._mapped_errors(), ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._put, files))

    def delete(self, paths: Sequence[str]) -> None:
        """Delete objects."""
        with self._mapped_errors():
            obstore.delete(self._store, list(paths))

    def _put(self, file: File) -> None:
        obstore.put(
            self._store,
            file.path,
            file.body,
            attributes={"Content-Type": file.media_type, "Cache-Control": CACHE_CONTROL},
        )

    @cached_property
    def _store(self) -> ObjectStore:
        options: dict[str, Any] = {"client_options": {"allow_http": True}} if _is_on_this_machine() else {}
        return from_url(self.name, retry_config={"max_retries": 5, "retry_timeout": PATIENCE}, **options)

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (NotFoundError, FileNotFoundError):  # obstore knows both
            raise _NothingThereError(f"{self.name} can't be reached: there is no such bucket.") from None
        except BaseError as error:
            raise ExportError(f"{self.name} can't be reached: {self._reason(error)}") from None

    def _reason(self, error: BaseError) -> str:
        """Say what is wrong. What the store answered is not shown: it may repeat what it was asked with."""
        text = str(error)
        credentials = _CREDENTIALS[self.name.partition(":")[0]]
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            return f"it refuses the credentials in {credentials}, or what they may do there."
        if "169.254.169.254" in text or "redential" in text or "Account must be specified" in text:
            return f"there are no credentials for it. Set {credentials} in the environment."
        if found := _STATUS.search(text):
            return f"it answers {found[1].strip()}."
        return "it doesn't answer."


class _NothingThereError(ExportError):
    """What was asked for is not there."""


def _is_on_this_machine() -> bool:
    """Tell whether the store is one for trying things out, which may be asked without encryption."""
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "")
    return endpoint.scheme == "http" and endpoint.hostname in _LOOPBACK
