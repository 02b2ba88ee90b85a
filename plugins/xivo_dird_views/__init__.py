"""The views that come with the daemon."""
