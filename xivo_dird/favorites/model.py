"""Favorites, as lookups use them."""

from collections.abc import Collection, Mapping

FavoriteIds = Mapping[str, Collection[str]]
"""The favorites of one user: source (by uuid or by name) -> contact ids."""

Marks = frozenset[tuple[str, str]]
"""Contacts to mark: source name, entry id."""
