"""The built-in views."""
