"""The sql backend."""
