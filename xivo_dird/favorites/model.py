"""Favorites, as lookups use them."""

from collections.abc import Collection, Mapping

FavoriteIds = Mapping[str, Collection[str]]
"""The favorites of one user: source (uuid or name) -> contact ids."""

Marks = frozenset[tuple[str, str]]
"""The contacts that are shown as favorites: source name and entry id of each."""
