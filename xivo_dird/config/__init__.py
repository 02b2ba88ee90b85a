"""The configuration: its schema, and the YAML files that it is read from."""
