"""The csv_ws backend."""
