"""The items of answers as entries."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

from xivo_dird.backend import Entry, InvalidSource
from xivo_dird_backends.json_ws.options import JsonField, JsonNumber, JsonNumberList, JsonWsOptions
from xivo_dird_backends.json_ws.paths import MAX_SHOWN_KEYS, JsonPath

MAX_NUMBERS = 100
"""Maximum number of phone numbers of an entry; further ones are left out."""

MAX_EXAMINED_ITEMS = 100
"""Maximum number of items in which the paths of the fields are looked for before they are called wrong."""

NOT_TO_DIAL = frozenset({"fax", "fax_work", "fax_home", "pager"})
_TAG = re.compile(r"<[^<>]*>")


class _Field:
    def __init__(self, option: str | JsonField) -> None:
        self._option = JsonField(path=option) if isinstance(option, str) else option
        path = self._option.path
        self._has_several = not isinstance(path, str | None)
        self._paths = [JsonPath(text) for text in ((path,) if isinstance(path, str) else path or ())]

    @property
    def paths(self) -> list[JsonPath]:
        """Return where the value may be; nowhere if it is constant."""
        return self._paths

    def value_in(self, item: object) -> object:
        option = self._option
        values = [path.find(item) for path in self._paths] or [option.constant]
        value = [each for each in values if each is not None] if self._has_several else values[0]
        if option.strip_html:
            value = _without_tags(value)
        if option.join is not None and isinstance(value, list):
            value = option.join.join(filter(None, _texts(value)))
        return option.default if value in (None, "", []) else value


class JsonEntries:
    """Turns items into entries; shared by threads."""

    def __init__(self, options: JsonWsOptions) -> None:
        """Prepare the paths.

        Raises:
            InvalidSource: The fields are listed, but not that of the ids.
        """
        unique = options.unique_column
        if options.fields and unique is not None and unique not in options.fields:
            raise InvalidSource(f"unique_column: {unique!r} is not in fields, which lists all fields")
        self._fields = {name: _Field(option) for name, option in options.fields.items()}
        self._numbers = _numbers_of(options)

    def missing_paths(self, items: Sequence[object]) -> str | None:
        """Return the paths of all fields if they find nothing in any of the first items, None if one does."""
        paths = [path for field in self._fields.values() for path in field.paths]
        examined = items[:MAX_EXAMINED_ITEMS]
        if not paths or any(path.find(item) is not None for item in examined for path in paths):
            return None
        return ", ".join(path.text for path in paths[:MAX_SHOWN_KEYS])

    def entry(self, item: object) -> Entry | None:
        """Return the entry of an item, None if it is none: neither an object nor described by fields."""
        if self._fields:
            entry = {name: field.value_in(item) for name, field in self._fields.items()}
        elif isinstance(item, Mapping):
            entry = dict(item)
        else:
            return None
        if self._numbers is not None:
            entry.update(_number_fields(self._numbers.numbers_in(item)))
        return entry


class _ListedNumbers:
    """Numbers at several paths."""

    def __init__(self, options: tuple[JsonNumber, ...]) -> None:
        self._paths = [(JsonPath(option.path), option.kind) for option in options]

    def numbers_in(self, item: object) -> Iterator[tuple[str, str, str]]:
        for path, kind in self._paths:
            for number in _texts(path.find(item)):
                yield number.strip(), kind, ""


class _TypedNumbers:
    """Numbers in a list, each with its type."""

    def __init__(self, options: JsonNumberList) -> None:
        self._items, self._number = JsonPath(options.items), JsonPath(options.number)
        self._type = None if options.type is None else JsonPath(options.type)
        self._kinds = options.kinds

    def numbers_in(self, item: object) -> Iterator[tuple[str, str, str]]:
        found = self._items.find(item)
        for element in found if isinstance(found, list) else ():
            label = "" if self._type is None else next(iter(_texts(self._type.find(element))), "")
            for number in _texts(self._number.find(element)):
                yield number.strip(), self._kinds.get(label, "other"), label


def _numbers_of(options: JsonWsOptions) -> _ListedNumbers | _TypedNumbers | None:
    if isinstance(options.numbers, JsonNumberList):
        return _TypedNumbers(options.numbers)
    return _ListedNumbers(options.numbers) if options.numbers else None


def _number_fields(numbers: Iterator[tuple[str, str, str]]) -> Entry:
    """Return the fields of numbers, named as those of vCards: `number`, one per kind, and two lists."""
    fields: dict[str, object] = {}
    phones: list[Entry] = []
    for number, kind, label in numbers:
        if not number or len(phones) >= MAX_NUMBERS:
            continue
        count = sum(phone["kind"] == kind for phone in phones) + 1
        fields[kind if count == 1 else f"{kind}_{count}"] = number
        phones.append({"number": number, "kind": kind, "label": label})
    if not phones:
        return {}
    first = next((phone["number"] for phone in phones if phone["kind"] not in NOT_TO_DIAL), None)
    lists = {"numbers": [*dict.fromkeys(phone["number"] for phone in phones)], "phones": phones}
    return {**fields, **({} if first is None else {"number": first}), **lists}


def _without_tags(value: object) -> object:
    if isinstance(value, list):
        return [_without_tags(element) for element in value]
    return unescape(_TAG.sub("", value)).strip() if isinstance(value, str) else value


def _texts(value: object) -> list[str]:
    """Return a text or a number, or those of a list; nothing else, such as `false` for an empty field."""
    values = value if isinstance(value, list) else [value]
    return [
        str(each) for each in values if isinstance(each, str | int | float) and not isinstance(each, bool)
    ]
