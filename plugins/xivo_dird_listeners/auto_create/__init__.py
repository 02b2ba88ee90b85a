"""The auto_create listener."""
