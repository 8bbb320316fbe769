"""Where the site is mirrored to: a folder, or a bucket of an object store. The only place that knows obstore."""

from feedsvc.destinations.destination import Destination, File
from feedsvc.destinations.folder import Folder

__all__ = ["Destination", "File", "Folder", "open_destination"]


def open_destination(url: str, *, compress: bool = False) -> Destination:
    """Open what an address names, as `feedsvc.config` gives it: `file:///…`, `s3://…`, `gs://…` or `az://…`.

    `compress` lays compressed copies beside the files of a folder.
    """
    if url.startswith("file:"):
        return Folder.at(url, compress=compress)
    from feedsvc.destinations.bucket import Bucket  # which few need, and which takes long to load

    return Bucket(url)
