"""What the project uses of Flask-RESTful 0.3.10, which ships no types."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response
from flask.views import MethodView

class Resource(MethodView): ...

class Api:
    def __init__(self, app: Flask | None = None, prefix: str = "", catch_all_404s: bool = False) -> None: ...
    def add_resource(
        self,
        resource: type[Resource],
        *urls: str,
        endpoint: str = ...,
        resource_class_args: tuple[Any, ...] = ...,
        resource_class_kwargs: Mapping[str, Any] = ...,
    ) -> None: ...
    def representation(
        self, mediatype: str
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]: ...
