"""The configuration of the running daemon."""
