"""feedsvc: a bulletin's entries as feeds for readers and digests for partners."""

__version__ = "0.1.0"
