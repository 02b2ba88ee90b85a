"""The people of all stand-ins of web services that answer JSON, and the form of their answers."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from servers.faulty_http import HttpAnswer


@dataclass(frozen=True)
class Person:
    """A person of every service."""

    id: str
    name: str
    phone: str
    mobile: str = ""


PEOPLE = (
    Person("17", "Ada Stern", "+49 30 23125040", "0171 5550001"),
    Person("18", "Éric Müller", "2046"),
    Person("19", "Ivo O'Brandt", "2047"),
)


def answer(content: object, status: int = 200, **headers: str) -> HttpAnswer:
    """Return an answer with a JSON body."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpAnswer(status, json.dumps(content).encode(), "application/json", named)


def find(people: Iterable[Person], name: str = "", digits: str = "") -> list[Person]:
    """Return those whose name contains a text, and who have a number with these digits."""
    return [
        person
        for person in people
        if name.lower() in person.name.lower()
        and digits in re.sub(r"\D", "", f"{person.phone}/{person.mobile}")
    ]
