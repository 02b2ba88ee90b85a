"""The checksum of a file has its whole content, however large it is."""

from zlib import crc32

from xivo_dird.index.checksum import checksum_of


def test_a_checksum_is_the_crc_of_the_whole_content_in_eight_digits(tmp_path):
    megabyte = bytes(range(256)) * 4096
    for content in (b"", b"Ada", megabyte, megabyte + b"x", megabyte * 2 + b"xy"):
        path = tmp_path / "file"
        path.write_bytes(content)
        with path.open("rb") as file:
            for _ in range(2):
                assert checksum_of(file.fileno()) == f"{crc32(content):08x}"
