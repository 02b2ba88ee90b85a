"""The web page, for people and for administrators: its files. All it does, it does by the REST API."""

from importlib.resources import files

from xivo_dird.view import Routes, Services, StaticFile

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Only files of the daemon are used, and no text can become HTML or a script."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

INDEX = "index.html"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def register(routes: Routes, _services: Services) -> None:
    """Add the page at `/`, and its other files below `/web`."""
    for asset in files(__package__).joinpath("assets").iterdir():
        suffix = f".{asset.name.rpartition('.')[2]}"
        file = StaticFile(asset.read_bytes(), CONTENT_TYPES[suffix], HEADERS)
        routes.add_file("/" if asset.name == INDEX else f"/web/{asset.name}", file)
