"""Reads a request body: length or chunks, HTTP content encodings, ClickHouse's frames, multipart forms."""

import re
import zlib

import lz4.frame

from .errors import ClickHouseError
from .frames import Decoder

PIECE_BYTES = 1 << 20


class BrokenBody(Exception):
    """The client went away inside its body; nothing of it may be used."""


class TooLarge(ClickHouseError):
    """The body is over the limit that the front was started with."""

    def __init__(self, limit_bytes: int):
        super().__init__("QUERY_IS_TOO_LARGE", f"The request body is over the limit of {limit_bytes} bytes (--max-body-bytes).")


def raw_pieces(stream, headers, limit_bytes: int, cut_after_bytes: int | None = None):
    """Yields the body as it comes off the wire. `cut_after_bytes` breaks off there, for fault tests."""
    total = 0
    for piece in _chunked(stream) if "chunked" in headers.get("Transfer-Encoding", "").lower() else _sized(stream, headers):
        total += len(piece)
        if cut_after_bytes is not None and total > cut_after_bytes:
            raise BrokenBody(f"cut after {cut_after_bytes} bytes by a fault")
        if total > limit_bytes:
            raise TooLarge(limit_bytes)
        yield piece


def _sized(stream, headers):
    left = int(headers.get("Content-Length") or 0)
    while left:
        piece = stream.read(min(left, PIECE_BYTES))
        if not piece:
            raise BrokenBody(f"{left} bytes missing")
        left -= len(piece)
        yield piece


def _chunked(stream):
    while True:
        line = stream.readline(1024)
        try:
            left = size = int(line.split(b";")[0], 16)
        except ValueError:
            raise BrokenBody(f"no chunk size: {line[:40]!r}") from None
        if size == 0:
            while stream.readline(65536) not in (b"\r\n", b"\n", b""):
                pass
            return
        while left:
            piece = stream.read(min(left, PIECE_BYTES))
            if not piece:
                raise BrokenBody(f"{left} bytes of a chunk missing")
            left -= len(piece)
            yield piece
        if stream.readline(4) not in (b"\r\n", b"\n"):
            raise BrokenBody("a chunk without its end")


def decoded_pieces(pieces, content_encoding: str, framed: bool):
    """Undoes `Content-Encoding`, then (`decompress=1`) ClickHouse's frames."""
    encoding = content_encoding.strip().lower()
    if encoding in ("gzip", "deflate"):
        pieces = _inflated(pieces)
    elif encoding == "lz4":
        pieces = _unpacked(pieces)
    elif encoding not in ("", "identity"):
        raise ClickHouseError("NOT_IMPLEMENTED", f"Content-Encoding {encoding} is not supported: use gzip, deflate, lz4 or none.")
    return _unframed(pieces) if framed else pieces


def _inflated(pieces):
    inflater = zlib.decompressobj(wbits=47)
    try:
        for piece in pieces:
            yield inflater.decompress(piece)
    except zlib.error as error:
        raise ClickHouseError("CANNOT_DECOMPRESS", f"Cannot decompress the body: {error}") from error
    yield inflater.flush()


def _unpacked(pieces):
    unpacker = lz4.frame.LZ4FrameDecompressor()
    try:
        for piece in pieces:
            yield unpacker.decompress(piece)
    except RuntimeError as error:
        raise ClickHouseError("CANNOT_DECOMPRESS", f"Cannot decompress the body: {error}") from error


def _unframed(pieces):
    decoder = Decoder()
    for piece in pieces:
        yield decoder.feed(piece)
    decoder.finish()


def multipart_fields(body: bytes, content_type: str) -> dict[str, bytes]:
    """The fields of a `multipart/form-data` body by name."""
    match = re.search(r'boundary="?([^";]+)"?', content_type)
    if match is None:
        raise ClickHouseError("BAD_ARGUMENTS", "multipart/form-data without a boundary.")
    fields = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + match.group(1).encode())[1:-1]:
        head, separator, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if not separator or name is None:
            raise ClickHouseError("BAD_ARGUMENTS", "A part of the multipart/form-data body has no name.")
        fields[name.group(1).decode()] = value
    return fields
