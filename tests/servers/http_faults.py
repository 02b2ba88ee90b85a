"""What can be wrong with an HTTP server; each fault handles one request of `FaultyHttp`."""

import gzip

from servers.faulty_http import Fault, HttpAnswer, HttpPeer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
PAUSE = 0.2
"""Seconds between two bytes of a slow server."""

MIB = 1024**2
UNPACKED_BYTES = 32 * MIB
"""Size of a compressed body when it is unpacked."""

JSON_LEVELS = 100_000
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>name,number</p></body></html>"


def hang(peer: HttpPeer) -> None:
    """Never answer."""
    peer.hang()


def close(peer: HttpPeer) -> None:
    """Close the connection instead of an answer."""
    peer.close()


def reset_in_the_body(peer: HttpPeer) -> None:
    """Reset the connection in the middle of the body."""
    peer.send(HEAD + b"Content-Length: 1000\r\n\r\nhalf of")
    peer.reset()


def slow_head(peer: HttpPeer) -> None:
    """Send the head byte by byte, without end."""
    peer.send_slowly(HEAD + b"X-Long: x", PAUSE)


def slow_body(peer: HttpPeer) -> None:
    """Send the body byte by byte, without end."""
    peer.send(HEAD + b"\r\n")
    peer.send_slowly(b"x", PAUSE)


def endless_head(peer: HttpPeer) -> None:
    """Send headers without end."""
    peer.send(HEAD)
    peer.send_endlessly(b"X-More: more\r\n" * 1000)


def large_head(peer: HttpPeer) -> None:
    """Send headers that are small enough one by one, each of which takes quadratic time to be parsed."""
    parameters = b'text/csv; a="' + b";" * 60_000
    peer.send(b"HTTP/1.1 200 OK\r\n" + (b"Content-Type: " + parameters + b"\r\n") * 50 + b"\r\n")
    peer.close()


def endless_body(peer: HttpPeer) -> None:
    """Send a body without end."""
    peer.send(HEAD + b"\r\n")
    peer.send_endlessly(b"x" * 65536)


def endless_chunks(peer: HttpPeer) -> None:
    """Send chunks without end."""
    peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    peer.send_endlessly(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def endless_interim_answers(peer: HttpPeer) -> None:
    """Send `100 Continue` without end, in place of an answer."""
    peer.send_endlessly(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def endless_trailers(peer: HttpPeer) -> None:
    """Send a complete body in chunks, then trailers without end."""
    peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    peer.send_endlessly(b"X-More: more\r\n" * 1000)


def endless_chunk_extension(peer: HttpPeer) -> None:
    """Send the size of a chunk with an extension without end."""
    peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;")
    peer.send_endlessly(b"x" * 65536)


def negative_chunk(peer: HttpPeer) -> None:
    """Send a chunk of -1 bytes, which has no end."""
    peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n")
    peer.send_endlessly(b"x" * 65536)


def endless_status_line(peer: HttpPeer) -> None:
    """Send a status line without end."""
    peer.send(b"HTTP/1.1 200 ")
    peer.send_endlessly(b"O" * 65536)


def truncated_body(peer: HttpPeer) -> None:
    """Close the connection in the middle of a body."""
    peer.send(HEAD + b"Content-Length: 1000\r\n\r\nhalf of")
    peer.close()


def truncated_chunks(peer: HttpPeer) -> None:
    """Close the connection between two chunks."""
    peer.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
    peer.close()


def no_http(peer: HttpPeer) -> None:
    """Send something else than HTTP."""
    peer.send(b"SSH-2.0-OpenSSH_9.2p1\r\n\0\1\2\xff\r\n\r\n")
    peer.close()


def answer(given: HttpAnswer) -> Fault:
    """Return a fault that sends a complete answer."""
    encoded = given.encode()

    def send(peer: HttpPeer) -> None:
        peer.send(encoded)

    return send


def status(number: int, **headers: str) -> Fault:
    """Return a fault that answers a status with a page for people; `Retry_After` is the header `Retry-After`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return answer(HttpAnswer(number, b"<h1>No</h1>", "text/html", named))


def encoded(encoding: str, body: bytes) -> Fault:
    """Return a fault that sends a body in a content encoding."""
    return answer(HttpAnswer(200, body, headers={"Content-Encoding": encoding}))


def html(peer: HttpPeer) -> None:
    """Send a page for people, with status 200, as portals and proxies do."""
    peer.send(HttpAnswer(200, HTML, "text/html; charset=utf-8").encode())


def redirect(location: str) -> Fault:
    """Return a fault that redirects."""
    return status(302, Location=location)


def gzip_bomb(peer: HttpPeer) -> None:
    """Send a small body that is huge when it is unpacked."""
    packed = gzip.compress(bytes(UNPACKED_BYTES), 1)
    peer.send(HttpAnswer(200, packed, headers={"Content-Encoding": "gzip"}).encode())


def false_gzip(peer: HttpPeer) -> None:
    """Send a body that is not compressed, though its header says so."""
    peer.send(HttpAnswer(200, b"name,number\n", headers={"Content-Encoding": "gzip"}).encode())


def deep_json(peer: HttpPeer) -> None:
    """Send JSON of many levels."""
    body = b'{"items":' + b"[" * JSON_LEVELS + b"]" * JSON_LEVELS + b"}"
    peer.send(HttpAnswer(200, body, "application/json").encode())


def json_body(body: bytes) -> Fault:
    """Return a fault that sends a body as JSON."""
    return answer(HttpAnswer(200, body, "application/json"))


no_json = json_body(b'{"items": [{"name": "Ad')
"""Half of a JSON text, complete as HTTP."""

another_json = json_body(b"7")
"""JSON, but not what was asked for."""
