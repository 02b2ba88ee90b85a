"""Profiles: which sources and which display a lookup uses."""
