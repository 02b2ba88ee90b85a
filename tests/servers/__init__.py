"""Servers for tests: real ones as child processes, misbehaving ones as threads."""
