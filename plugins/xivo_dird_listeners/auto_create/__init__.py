"""The listener `auto_create`: creates sources, a display and a profile for each new tenant."""
