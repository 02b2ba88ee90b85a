"""Facts about changes: recorded with the change, then published, and served over HTTP."""
