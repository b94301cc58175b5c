"""Rewrites the Native format for clients that name a protocol version, as clickhouse-go and so Grafana's plugin do.

Such clients expect a few more bytes: a block's info before it, and a serialization flag after each column's type. The engine as a library
writes Native without them and cannot be told otherwise. To put a flag in, the end of every column before it must be found, so this module
knows how long each type is.
"""

import re
import struct

from .errors import ClickHouseError

# Since this protocol version a column's type is followed by its kind of serialization.
FLAGGED_SINCE = 54454
# Field 1 (is_overflows): no; field 2 (bucket_num): -1; end of fields.
BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"

_WIDTHS = {1: "Int8 UInt8 Bool Enum8 Nothing", 2: "Int16 UInt16 Enum16 Date BFloat16", 4: "Int32 UInt32 Float32 Date32 DateTime IPv4 Time Decimal32"}
_WIDTHS |= {8: "Int64 UInt64 Float64 DateTime64 Time64 Decimal64", 16: "Int128 UInt128 UUID IPv6 Decimal128", 32: "Int256 UInt256 Decimal256"}
WIDTH = {name: width for width, names in _WIDTHS.items() for name in names.split()}
ALIAS = {"Point": "Tuple(Float64, Float64)", "Ring": "Array(Point)", "LineString": "Array(Point)", "Polygon": "Array(Ring)"}
ALIAS |= {"MultiLineString": "Array(LineString)", "MultiPolygon": "Array(Polygon)"}
_HEAD = re.compile(r"^(\w+)(?:\((.*)\))?$", re.DOTALL)
_ELEMENT_NAME = re.compile(r"^(?:\w+|`(?:[^`\\]|\\.)*`)\s+(?=\w)")


def with_protocol_version(data: bytes, version: int) -> bytes:
    """Native data as a client of this protocol version expects it."""
    if version <= 0:
        return data
    return _Rewriter(bytes(data), version >= FLAGGED_SINCE).run()


class _Rewriter:
    """Walks over blocks and copies them piece by piece."""

    def __init__(self, data: bytes, flagged: bool):
        self.data = data
        self.position = 0
        self.flag = b"\x00" if flagged else b""

    def run(self) -> bytes:
        out = []
        while self.position < len(self.data):
            start = self.position
            columns, rows = self._varint(), self._varint()
            out += [BLOCK_INFO, self.data[start : self.position]]
            for _ in range(columns):
                out += self._column(rows)
        return b"".join(out)

    def _column(self, rows: int) -> list[bytes]:
        start = self.position
        self._string()
        size = self._varint()
        kind = self.data[self.position : self.position + size].decode()
        self.position += size
        head_end = self.position
        if rows:
            self._prefix(kind)
            self._values(kind, rows)
        return [self.data[start:head_end], self.flag, self.data[head_end : self.position]]

    def _varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _string(self) -> None:
        # Two steps: reading the length moves the position as well.
        length = self._varint()
        self.position += length

    def _number(self) -> int:
        value = struct.unpack_from("<Q", self.data, self.position)[0]
        self.position += 8
        return value

    def _prefix(self, kind: str) -> None:
        name, parts = split_type(kind)
        if name == "LowCardinality":
            self.position += 8
        elif name in ("Array", "Nullable", "Tuple", "Map", "Nested"):
            for part in parts:
                self._prefix(part)

    def _values(self, kind: str, rows: int) -> None:
        name, parts = split_type(kind)
        if name in WIDTH or name.startswith("Interval"):
            self.position += rows * WIDTH.get(name, 8)
        elif name == "Decimal":
            digits = int(parts[0])
            self.position += rows * (4 if digits <= 9 else 8 if digits <= 18 else 16 if digits <= 38 else 32)
        elif name == "FixedString":
            self.position += rows * int(parts[0])
        elif name == "String":
            for _ in range(rows):
                self._string()
        elif name == "Nullable":
            self.position += rows
            self._values(parts[0], rows)
        elif name in ("Array", "Map", "Nested"):
            self.position += rows * 8
            total = struct.unpack_from("<Q", self.data, self.position - 8)[0]
            for part in parts if total else []:
                self._values(part, total)
        elif name == "Tuple":
            for part in parts:
                self._values(part, rows)
        elif name == "LowCardinality":
            self._low_cardinality(parts[0])
        else:
            raise ClickHouseError("NOT_IMPLEMENTED", f"This front cannot send {kind} in Native with client_protocol_version: cast it, or use another format.")

    def _low_cardinality(self, kind: str) -> None:
        flags = self._number()
        if flags & 0x200:
            name, parts = split_type(kind)
            self._values(parts[0] if name == "Nullable" else kind, self._number())
        indexes = self._number()
        self.position += indexes * (1 << (flags & 0xFF))


def split_type(kind: str) -> tuple[str, list[str]]:
    """`Map(String, Array(UInt8))` → ("Map", ["String", "Array(UInt8)"]); names of tuple elements are dropped."""
    kind = ALIAS.get(kind, kind)
    match = _HEAD.match(kind)
    if match is None:
        return kind, []
    name, inside = match.group(1), match.group(2) or ""
    if name.startswith("Enum") or not inside:
        return name, []
    parts = _split_arguments(inside)
    if name == "SimpleAggregateFunction":
        return split_type(parts[-1])
    if name in ("Tuple", "Nested"):
        parts = [_ELEMENT_NAME.sub("", part) for part in parts]
    return name, parts


def _split_arguments(text: str) -> list[str]:
    parts, depth, start, quote, position = [], 0, 0, "", 0
    while position < len(text):
        character = text[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'`":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
        position += 1
    return [*parts, text[start:].strip()]
