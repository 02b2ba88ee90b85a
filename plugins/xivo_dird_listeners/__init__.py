"""Listener plugins for events of the bus (contract section 5.4)."""
