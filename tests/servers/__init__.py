"""Private servers for tests: real ones as child processes, hostile ones as threads."""
