"""The json_ws backend."""
