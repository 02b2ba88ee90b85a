"""The lookup: search all sources of a profile for a text."""
