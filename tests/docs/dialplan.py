"""The expressions and applications of Asterisk that the documentation uses, with the pitfalls of their parsers."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

Fetch = Callable[[str], str]
"""Returns the body of a URL, whatever its status, as `CURL` does."""

_OPENING = re.compile(r"\$[\[{]")
_CALL = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_COMPARISON = re.compile(r'"([^"]*)" (=|!=) "([^"]*)"')
_STEP = re.compile(r"^ *(?:exten => \w+,1|same => n),(.*)$", re.MULTILINE)
_CLOSING = {"{": "}", "[": "]"}


class Channel:
    """A call in the dialplan.

    Attributes:
        variables: The variables and functions that were set, by name.
    """

    def __init__(self, configuration: str, number: str, name: str, fetch: Fetch) -> None:
        """Read `extensions.conf`; the caller has this number and this name."""
        globals_section, _, self._context = configuration.partition("\n\n")
        variables: dict[str, str] = dict(re.findall(r"^(\w+)=(.*)$", globals_section, re.MULTILINE))
        self.variables = {**variables, "CALLERID(num)": number, "CALLERID(name)": name}
        self._fetch = fetch

    def run(self) -> None:
        """Run the steps of the context.

        Raises:
            ValueError: A step is not understood.
        """
        for step in _STEP.findall(self._context):
            if not self._execute(step):
                return

    def _execute(self, step: str) -> bool:
        """Run one application, return False if it ends the routine."""
        call = _CALL.fullmatch(step)
        if call is None:
            raise ValueError(step)
        application, arguments = call[1], self.substitute(call[2])
        if application == "Return":
            return False
        if application == "Set":
            name, equals, value = arguments.partition("=")
            if not equals:
                raise ValueError(step)
            self.variables[name] = value
        elif application == "ExecIf":
            condition, then = list(split(arguments, "?"))[:2]
            chosen = list(split(then, ":"))
            if condition not in {"", "0"}:
                return self._execute(chosen[0])
        else:
            raise ValueError(step)
        return True

    def substitute(self, text: str) -> str:
        """Return a text with the values of its variables, functions and expressions."""
        opening = _OPENING.search(text)
        if opening is None:
            return text
        end = _end_of(text, opening.end(), text[opening.end() - 1])
        inner = self.substitute(text[opening.end() : end])
        value = self._value(inner) if opening[0] == "${" else _compared(inner)
        return text[: opening.start()] + value + self.substitute(text[end + 1 :])

    def _value(self, name: str) -> str:
        call = _CALL.fullmatch(name)
        if call is not None and call[1] == "CURL":
            return self._fetch(next(split(call[2], ",")))
        if call is not None and call[1] == "URIENCODE":
            return quote(call[2], safe="")
        return self.variables.get(name, "")


def split(text: str, separator: str) -> Iterator[str]:
    """Yield the arguments of an application: a separator in brackets or quotes is part of an argument."""
    depth, quoted, argument = 0, False, ""
    for character in text:
        if character == '"':
            quoted = not quoted
        depth += character in "(["
        depth -= character in ")]" and depth > 0
        if character == separator and not depth and not quoted:
            yield argument
            argument = ""
        else:
            argument += character
    yield argument


def _end_of(text: str, start: int, bracket: str) -> int:
    """Return the position of the bracket that closes an expression.

    Raises:
        ValueError: There is none.
    """
    depth = 1
    for position in range(start, len(text)):
        depth += text[position] == bracket
        depth -= text[position] == _CLOSING[bracket]
        if depth == 0:
            return position
    raise ValueError(text)


def _compared(expression: str) -> str:
    comparison = _COMPARISON.fullmatch(expression)
    if comparison is None:
        raise ValueError(f"Asterisk reports a syntax error: {expression}")
    return str(int((comparison[1] == comparison[3]) == (comparison[2] == "=")))
