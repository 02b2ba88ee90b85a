"""The search index of a directory that can be listed."""
