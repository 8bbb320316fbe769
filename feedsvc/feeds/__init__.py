"""Feeds of a selection's entries, one module per format. The only package that knows feedgen."""

from feedsvc.feeds.atom import AtomBuilder

__all__ = ["AtomBuilder"]
