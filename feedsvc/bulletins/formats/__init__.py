"""The formats of bulletins, a module each, and what documents with headings, lists and pictures have in common."""
