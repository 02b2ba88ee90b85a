"""Asking the sources of a profile who has a number."""
