"""Reads the header fields of a request, strictly (RFC 9112 section 5, RFC 9110 section 5)."""

import re

from cheroot.server import HeaderReader, SizeCheckWrapper

FIELD_NAME = re.compile(
    rb"[!#$%&'*+.^`|~0-9A-Za-z-]+"
)  # RFC 9110 token, less "_": WSGI can't tell it from "-"
ONLY_ONCE = (b"Content-Length", b"Host", b"X-Auth-Token", b"Wazo-Tenant")


class StrictHeaderReader(HeaderReader):
    """Refuses what two readers could understand differently; raises `ValueError`, which becomes a 400."""

    def __call__(
        self, rfile: SizeCheckWrapper, hdict: dict[bytes, bytes] | None = None
    ) -> dict[bytes, bytes]:
        """Read up to the empty line into `hdict`; a repeated field is joined by a comma."""
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
        if b"\r" in value or b"\0" in value:
            raise ValueError("Illegal header value")
        key = name.title()
        if key not in fields:
            fields[key] = value
            return
        if key in ONLY_ONCE:
            raise ValueError(f"The header {key.decode()} is given twice")
        fields[key] += b", " + value
