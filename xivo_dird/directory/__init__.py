"""The heart: asks many sources, formats their contacts, and keeps the index of those that can be listed."""
