"""Commands for whoever connects a directory: they ask sources as the daemon does, and explain what they answer."""
