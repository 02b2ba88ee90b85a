"""Events: recorded together with the change they describe, then published on the bus and served over HTTP."""
