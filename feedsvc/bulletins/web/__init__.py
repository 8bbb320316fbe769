"""Visiting pages and feeds on the web: politely, with an end to everything, never inside a private network."""
