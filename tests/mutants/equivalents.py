"""The mutants judged equivalent: no test can tell them from the original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants.mutations import Mutant

LIST = Path("tests/mutants/equivalent.txt")


@dataclass(frozen=True)
class Equivalents:
    """The keys of `equivalent.txt`."""

    keys: Sequence[str]

    @classmethod
    def read(cls, checkout: Path) -> "Equivalents":
        """Return the list of a checkout.

        Raises:
            ValueError: An entry lacks the line with its reason.
        """
        lines = (checkout / LIST).read_text(encoding="utf-8").splitlines()
        keys = []
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if not line or line.startswith(("#", " ")):
                continue
            if not following.startswith("  "):
                raise ValueError(f"{LIST}: no reason below {line}")
            keys.append(line)
        return cls(keys)

    def __contains__(self, mutant: Mutant) -> bool:
        return any(key.startswith(mutant.file) for key in self.keys) and mutant.key in self.keys

    def unused(self, mutants: Iterable[Mutant]) -> list[str]:
        """Return the keys of mutated files that no mutant has."""
        mutants = list(mutants)
        files = {mutant.file for mutant in mutants}
        known = {mutant.key for mutant in mutants if mutant in self}
        return [key for key in self.keys if key.partition("  ")[0] in files and key not in known]
