"""The measurements: each module has a function `rows` that yields rows of the table."""
