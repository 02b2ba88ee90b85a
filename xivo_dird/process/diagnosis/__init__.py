"""Commands for the administrator: they ask sources as the daemon does, and explain what they answer."""
