"""Favorites: contacts, of any source, that users marked."""
