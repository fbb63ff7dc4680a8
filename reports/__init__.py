"""Pictures and pages, every number from a stored dataset."""
