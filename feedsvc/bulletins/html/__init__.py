"""HTML of any kind: one walk over it gives blocks, and of those what may be published."""
