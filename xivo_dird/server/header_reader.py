"""Parses the header fields of a request strictly (RFC 9112 section 5, RFC 9110 section 5)."""

import re

from cheroot.server import HeaderReader, SizeCheckWrapper

FIELD_NAME = re.compile(rb"[!#$%&'*+.^`|~0-9A-Za-z-]+")
"""Matches a token of RFC 9110 without "_", which WSGI can't distinguish from "-"."""

CONTROL_CHARACTER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""Matches a character that no field value may have (RFC 9110 section 5.5); some responses repeat a value."""

SINGLETON_FIELDS = (b"Content-Length", b"Host", b"X-Auth-Token", b"Wazo-Tenant")
"""Fields that a request may contain only once."""


class StrictHeaderReader(HeaderReader):
    """Refuses header fields that two parsers could interpret differently."""

    def __call__(
        self, rfile: SizeCheckWrapper, hdict: dict[bytes, bytes] | None = None
    ) -> dict[bytes, bytes]:
        """Read header fields up to the empty line.

        The values of a repeated field are joined by a comma, those of cookies by a semicolon (RFC 9113 section 8.2.3).
        A field with "_" in its name is ignored.

        Args:
            rfile: The request, after its request line.
            hdict: The dict to add the fields to; None: a new one.

        Returns:
            Field name in title case -> value.

        Raises:
            ValueError: A field is malformed, or one of `SINGLETON_FIELDS` is repeated; cheroot answers 400.
        """
        fields = {} if hdict is None else hdict
        while (line := rfile.readline()) != b"\r\n":
            if not line.endswith(b"\r\n"):
                raise ValueError("HTTP requires CRLF terminators")
            name, colon, value = line[:-2].partition(b":")
            if not colon:
                raise ValueError("Illegal header line")
            self._add(fields, name, value.strip(b" \t"))
        length = fields.get(b"Content-Length", b"0")
        if not length.isdigit():
            raise ValueError("Malformed Content-Length Header.")
        return fields

    def _add(self, fields: dict[bytes, bytes], name: bytes, value: bytes) -> None:
        if not FIELD_NAME.fullmatch(name):
            if b"_" in name and FIELD_NAME.fullmatch(name.replace(b"_", b"-")):
                return
            raise ValueError("Illegal header name")
        if CONTROL_CHARACTER.search(value):
            raise ValueError("Illegal header value")
        key = name.title()
        if key not in fields:
            fields[key] = value
            return
        if key in SINGLETON_FIELDS:
            raise ValueError(f"The header {key.decode()} is given twice")
        fields[key] += (b"; " if key == b"Cookie" else b", ") + value
