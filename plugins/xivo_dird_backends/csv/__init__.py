"""The csv backend."""
