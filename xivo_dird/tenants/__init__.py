"""The owners of everything."""
