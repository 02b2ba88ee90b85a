"""The mutants of a file: mutmut's operators, applied to every expression and statement that runs."""

import difflib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_assignment, operator_string

NEVER_RUN = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
"""What is left out: types, imports, and decorators (`frozen`, `slots`, `maxsize`)."""

FALSE = m.Name("False")
"""Not replaced by None, which is as false; mypy tells them apart."""

LOGGING = {"logger", "logging"}
CLASS_NAME = re.compile(r"_?[A-Z][a-z]\w*")
NAMES_OF_TYPES = {"TypeVar", "NewType", "ParamSpec"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes:
        file: Path of the file, relative to the checkout.
        lines: Numbers of the lines whose execution reaches the change.
        is_in_function: Whether it runs when a function is called, not when its module is imported.
    """

    file: str
    operator: str
    lines: range
    is_in_function: bool
    module: cst.Module
    node: cst.CSTNode
    replacement: cst.CSTNode

    @cached_property
    def source(self) -> str:
        """The text of the changed file."""
        changed = self.module.deep_replace(self.node, self.replacement)
        return changed.code if isinstance(changed, cst.Module) else ""

    @cached_property
    def change(self) -> str:
        """The lines that differ, as `old → new`."""
        old, new = self.module.code.splitlines(), self.source.splitlines()
        blocks = [b for b in difflib.SequenceMatcher(None, old, new, False).get_opcodes() if b[0] != "equal"]
        first, last = blocks[0], blocks[-1]
        return f"{_joined(old[first[1] : last[2]])} → {_joined(new[first[3] : last[4]])}"

    @property
    def key(self) -> str:
        """The name of the mutant, which stays the same when lines above it are added."""
        return f"{self.file}  {self.operator}  {self.change}"


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Return all mutants of a file, in the order of its text."""
    wrapper = MetadataWrapper(cst.parse_module((root / file).read_text(encoding="utf-8")))
    return list(_Finder(file, wrapper).mutants(wrapper.module, range(0), is_in_function=False))


def sample(mutants: dict[str, list[Mutant]], size: int, seed: str) -> list[Mutant]:
    """Return about `size` mutants, spread over the files by their number; the same ones for the same text."""
    share = size / max(1, sum(map(len, mutants.values())))
    chosen = []
    for file, found in mutants.items():
        number = min(len(found), max(1, round(len(found) * share)))
        drawn = random.Random(f"{seed}:{file}").sample(range(len(found)), number)
        chosen += [found[index] for index in sorted(drawn)]
    return chosen


class _Finder:
    def __init__(self, file: str, wrapper: MetadataWrapper) -> None:
        self._file = file
        self._module = wrapper.module
        self._positions = wrapper.resolve(PositionProvider)

    def mutants(self, node: cst.CSTNode, lines: range, *, is_in_function: bool) -> Iterator[Mutant]:
        if isinstance(node, NEVER_RUN) or _is_for_readers(node):
            return
        lines = self._lines(node, lines)
        for operator, replacement in _replacements(node):
            yield Mutant(self._file, operator, lines, is_in_function, self._module, node, replacement)
        for child in node.children:
            is_body = isinstance(node, cst.FunctionDef | cst.Lambda) and child is node.body
            yield from self.mutants(child, lines, is_in_function=is_in_function or is_body)

    def _lines(self, node: cst.CSTNode, lines: range) -> range:
        position = self._positions.get(node)
        if not isinstance(position, CodeRange):
            return lines
        if isinstance(node, cst.SimpleStatementLine):
            return range(position.start.line, position.end.line + 1)
        if isinstance(node, cst.BaseCompoundStatement | cst.BaseSuite):
            return range(position.start.line, position.start.line + 1)
        return range(lines.start or position.start.line, max(lines.stop, position.end.line + 1))


def _replacements(node: cst.CSTNode) -> Iterator[tuple[str, cst.CSTNode]]:
    if (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value in {"len", "isinstance"}
    ):
        return
    for kind, operator in mutation_operators:
        if not isinstance(node, kind):
            continue
        if operator is operator_assignment and m.matches(
            node, m.Assign(value=FALSE) | m.AnnAssign(value=FALSE)
        ):
            continue
        for replacement in operator(node):
            yield operator.__name__.removeprefix("operator_"), replacement
            if operator is operator_string:
                break  # the others only change the case of letters


def _is_for_readers(node: cst.CSTNode) -> bool:
    """Return whether a node is a docstring, a log line, an alias of a type or the name of one."""
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.BaseString)
    if isinstance(node, cst.Assign):
        return isinstance(node.value, cst.Subscript | cst.BinaryOperation) and _is_class_name(
            node.targets[0].target
        )
    if not isinstance(node, cst.Call):
        return False
    function = node.func
    if isinstance(function, cst.Attribute):
        return isinstance(function.value, cst.Name) and function.value.value in LOGGING
    return isinstance(function, cst.Name) and function.value in NAMES_OF_TYPES


def _is_class_name(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and CLASS_NAME.fullmatch(node.value) is not None


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)
