"""The checksum in the name of an index file."""

import os
from zlib import crc32

_CHUNK_BYTES = 1 << 20


def checksum_of(descriptor: int) -> str:
    """Return the CRC-32 of a file's content as 8 hexadecimal digits.

    Raises:
        OSError: The file can't be read.
    """
    checksum = position = 0
    while chunk := os.pread(descriptor, _CHUNK_BYTES, position):
        checksum = crc32(chunk, checksum)
        position += len(chunk)
    return f"{checksum:08x}"
