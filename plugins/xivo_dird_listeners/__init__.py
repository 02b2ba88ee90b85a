"""Listeners of the bus: one module per plugin (contract section 5.4)."""
