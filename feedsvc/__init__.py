"""feedsvc: a bulletin's entries as feeds for readers and digests for partners."""

from importlib.metadata import version

__version__ = version("feedsvc")
