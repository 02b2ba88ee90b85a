"""Asking every source of a profile by text."""
