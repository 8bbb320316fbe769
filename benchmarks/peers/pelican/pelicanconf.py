"""Pelican as it comes, with a feed for each category and tag."""

SITENAME = "Migration in Mesoamerica"
SITEURL = "http://localhost:8000"
AUTHOR = "Migration in Mesoamerica"
TIMEZONE = "America/Costa_Rica"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"
TAG_FEED_ATOM = "feeds/tag-{slug}.atom.xml"
DEFAULT_PAGINATION = 50
