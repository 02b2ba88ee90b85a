"""Secrets that a client keeps: it sends the mask that it has read instead of them."""

from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex

from pydantic import BaseModel

from xivo_dird.config.masking import MASK, SecretRewrite
from xivo_dird.exceptions import InvalidData
from xivo_dird.source_options import DESTINATION, SourceOptions, has_annotation

_Path = tuple[str | int, ...]


def with_kept_secrets(options: SourceOptions, stored: SourceOptions | None) -> dict[str, object]:
    """Return options as they are stored, with the stored secret instead of each mask.

    Args:
        options: What a client sent.
        stored: The options that they replace; None if there are none.

    Raises:
        InvalidData: No secret is stored where the client sent a mask, or the stored one would be sent to another server
            than before.
    """
    old = {} if stored is None else _texts_with_secrets(stored)
    kept = {
        path: _unmasked(path, parts, old.get(path, []))
        for path, parts in _texts_with_secrets(options).items()
        if MASK in parts[1::2]
    }
    if kept and stored is not None:
        _check_destinations(options, stored, kept)
    values: object = options.stored()
    for path, text in kept.items():
        values = _with_text(values, path, text)
    return dict(values) if isinstance(values, Mapping) else {}


def _texts_with_secrets(options: BaseModel) -> dict[_Path, list[str]]:
    """Return each text with a secret, split: each second part is a secret, as the password in a URI."""
    mark = token_hex()
    rewrite = SecretRewrite(lambda secret: f"{mark}{secret}{mark}", lambda secret: f"{mark}{secret}{mark}")
    texts = _leaves(options.model_dump(mode="json", context=rewrite), ())
    return {path: text.split(mark) for path, text in texts if isinstance(text, str) and mark in text}


def _leaves(tree: object, path: _Path) -> Iterator[tuple[_Path, object]]:
    if isinstance(tree, Mapping):
        for key, child in tree.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(tree, list):
        for index, child in enumerate(tree):
            yield from _leaves(child, (*path, index))
    else:
        yield path, tree


def _unmasked(path: _Path, parts: list[str], stored: list[str]) -> str:
    """Return a text with the stored secret instead of each mask."""
    secrets = stored[1::2] if len(stored) == len(parts) else []
    text = list(parts)
    for number, secret in enumerate(parts[1::2]):
        if secret != MASK:
            continue
        if number >= len(secrets) or not secrets[number]:
            raise _refused(
                path, f"{MASK} stands for a stored secret, and none is stored here: send the secret"
            )
        text[2 * number + 1] = secrets[number]
    return "".join(text)


def _check_destinations(options: SourceOptions, stored: SourceOptions, kept: Mapping[_Path, str]) -> None:
    new, old = _destinations(options), _destinations(stored)
    changed = sorted(
        ".".join(map(str, path)) for path in new.keys() | old.keys() if new.get(path) != old.get(path)
    )
    if changed:
        raise _refused(
            next(iter(kept)),
            f"{', '.join(changed)} would send the stored secret to another place than before: "
            f"send the secret again instead of {MASK}",
        )


def _destinations(options: BaseModel) -> dict[_Path, object]:
    """Return the values that are annotated with `DESTINATION`, with masks in them."""
    values = dict(_leaves(options.model_dump(mode="json"), ()))
    prefixes = list(_destination_fields(options, ()))
    return {
        path: value
        for path, value in values.items()
        if any(path[: len(prefix)] == prefix for prefix in prefixes)
    }


def _destination_fields(value: object, path: _Path) -> Iterator[_Path]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if has_annotation(field, DESTINATION):
                yield (*path, name)
            else:
                yield from _destination_fields(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from _destination_fields(child, (*path, key))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from _destination_fields(child, (*path, index))


def _with_text(values: object, path: _Path, text: str) -> object:
    """Return maps and lists with another text at a path."""
    if not path:
        return text
    if isinstance(values, list):
        return [
            _with_text(child, path[1:], text) if index == path[0] else child
            for index, child in enumerate(values)
        ]
    if isinstance(values, Mapping):
        return {
            key: _with_text(child, path[1:], text) if key == path[0] else child
            for key, child in values.items()
        }
    return values


def _refused(path: _Path, message: str) -> InvalidData:
    names = [str(part) for part in path]
    return InvalidData(f"{'.'.join(names)}: {message}", nested_details(names, [message]))


def nested_details(path: Sequence[str], errors: Sequence[str]) -> dict[str, object]:
    """Return the details of an error of the option at a path, as nested maps."""
    first, *rest = path
    return {first: nested_details(rest, errors) if rest else errors}
