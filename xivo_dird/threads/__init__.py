"""Tools for threads: background work, retries and deadlines."""
