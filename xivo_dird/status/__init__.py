"""The status of the daemon and of its parts."""
