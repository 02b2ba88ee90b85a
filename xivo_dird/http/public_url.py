"""STUB until merged."""

from flask import request


def public_root() -> str:
    """Return the root."""
    return request.root_url.rstrip("/")


def proxy_url() -> str | None:
    """Return the proxy URL."""
    return request.headers.get("Proxy-URL") or None
