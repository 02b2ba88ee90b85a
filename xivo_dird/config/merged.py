"""Merges the trees of several files, and knows which file each value is from."""

from collections.abc import Iterator, Mapping

KeyPath = tuple[str, ...]
Tree = dict[str, object]


class MergedConfig:
    """Merged trees, and the origin of the value of each key."""

    def __init__(self) -> None:
        """Create an empty tree."""
        self.tree: Tree = {}
        self.origins: dict[KeyPath, str] = {}

    def add(self, tree: Tree, origin: str) -> None:
        """Merge `tree` into the tree; its values win."""
        self._merge(self.tree, tree, (), origin)

    def replaced_lists(self, tree: Tree) -> Iterator[tuple[KeyPath, str]]:
        """Yield the key of each list that `tree` would replace by another one, and the origin of that list."""
        for path in _lists_to_replace(self.tree, tree, ()):
            yield path, self.origins[path]

    def _merge(self, target: Tree, source: Tree, parent: KeyPath, origin: str) -> None:
        for key, value in source.items():
            path = (*parent, key)
            self.origins[path] = origin
            if not isinstance(value, dict):
                target[key] = value
                continue
            child = target.get(key)
            if not isinstance(child, dict):
                child = target[key] = {}
            self._merge(child, value, path, origin)


def _lists_to_replace(
    target: Mapping[str, object], source: Mapping[str, object], parent: KeyPath
) -> Iterator[KeyPath]:
    for key, value in source.items():
        present = target.get(key)
        path = (*parent, key)
        if isinstance(present, dict) and isinstance(value, dict):
            yield from _lists_to_replace(present, value, path)
        elif isinstance(present, list) and present and present != value:
            yield path
