"""Guesses what the columns of a CSV export mean, and writes a source for it."""
