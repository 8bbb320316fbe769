"""Pages that list entries, found by their structure or by selectors, and the pages of single entries."""
