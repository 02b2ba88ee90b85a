"""The columns that clients see."""
