"""ClickHouse's native compressed frames: 16 bytes of CityHash128, then method, sizes and an LZ4 block."""

import struct

import lz4.block
from clickhouse_cityhash.cityhash import CityHash128

from .errors import ClickHouseError

NONE, LZ4, ZSTD = 0x02, 0x82, 0x90
CHECKSUM_BYTES, HEADER_BYTES = 16, 9
MAX_COMPRESSED_BYTES = 0x40000000
WRITE_BLOCK_BYTES = 1 << 20


def checksum(data: bytes) -> bytes:
    """CityHash128 (version 1.0.2) as ClickHouse stores it: low half first, little endian."""
    value = CityHash128(data)
    return struct.pack("<QQ", value >> 64, value & 0xFFFFFFFFFFFFFFFF)


def encode(data: bytes) -> bytes:
    """Frames of at most 1 MiB of plain data each."""
    out = []
    for start in range(0, len(data), WRITE_BLOCK_BYTES):
        plain = data[start : start + WRITE_BLOCK_BYTES]
        packed = lz4.block.compress(plain, store_size=False)
        body = struct.pack("<BII", LZ4, len(packed) + HEADER_BYTES, len(plain)) + packed
        out.append(checksum(body) + body)
    return b"".join(out)


class Decoder:
    """Decodes frames that arrive in pieces of any size."""

    def __init__(self):
        self._pending = bytearray()

    def feed(self, piece: bytes) -> bytes:
        """The plain data of every frame that is complete by now."""
        self._pending += piece
        out, position = [], 0
        while len(self._pending) - position >= CHECKSUM_BYTES + HEADER_BYTES:
            start = position + CHECKSUM_BYTES
            method, size, plain_size = struct.unpack_from("<BII", self._pending, start)
            self._check_sizes(size, plain_size)
            if len(self._pending) - start < size:
                break
            body = bytes(self._pending[start : start + size])
            if checksum(body) != self._pending[position:start]:
                raise ClickHouseError(
                    "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data. The compressed frame was changed on its way."
                )
            out.append(_plain(method, body[HEADER_BYTES:], plain_size))
            position = start + size
        del self._pending[:position]
        return b"".join(out)

    def finish(self) -> None:
        """Refuses a body that ends inside a frame."""
        if self._pending:
            raise ClickHouseError("CANNOT_READ_ALL_DATA", f"Cannot read all data: the body ends {len(self._pending)} bytes into a frame.")

    @staticmethod
    def _check_sizes(size: int, plain_size: int) -> None:
        if not HEADER_BYTES <= size <= MAX_COMPRESSED_BYTES or plain_size > MAX_COMPRESSED_BYTES:
            raise ClickHouseError(
                "TOO_LARGE_SIZE_COMPRESSED", f"Wrong sizes in a compressed frame: {size} packed, {plain_size} plain. Most likely corrupted data."
            )


def _plain(method: int, packed: bytes, plain_size: int) -> bytes:
    if method == NONE:
        return packed
    if method != LZ4:
        raise ClickHouseError("UNKNOWN_COMPRESSION_METHOD", f"Unknown compression method 0x{method:02x}: this front reads LZ4 and none.")
    try:
        return lz4.block.decompress(packed, uncompressed_size=plain_size)
    except lz4.block.LZ4BlockError as error:
        raise ClickHouseError("CANNOT_DECOMPRESS", f"Cannot decompress: {error}") from error
