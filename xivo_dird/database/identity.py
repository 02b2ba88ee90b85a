"""Identifies a database, to tell what on the disk belongs to it."""

from hashlib import blake2b

from sqlalchemy import make_url

_PLACE_KEYS = ("host", "hostaddr", "port", "dbname", "service")
"""Keys of the query of a PostgreSQL URI that say where the database is."""


def database_identity(uri: str) -> str:
    """Return 16 hexadecimal digits for the place of a database; another user or password does not change them."""
    url = make_url(uri)
    place = [url.get_backend_name(), url.host, url.port, url.database]
    query = [(key, url.query[key]) for key in _PLACE_KEYS if key in url.query]
    return blake2b(repr((place, query)).encode(), digest_size=8).hexdigest()
