"""Reads one HTTP request into a query: URL, headers, form fields, body."""

import base64
import binascii
import os
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from . import body, statement
from .engine import Engine, Query
from .errors import ClickHouseError

# Parameters that speak to the server about the request itself; every other name is a setting.
RESERVED = {
    "query", "database", "default_format", "user", "password", "quota_key", "query_id", "session_id", "session_timeout",
    "session_check", "stacktrace", "decompress", "compress", "buffer_size", "wait_end_of_query", "role", "close_session",
    "client_protocol_version", "http_native_compression_disable_checksumming_on_decompress", "internal",
}  # fmt: skip
# An INSERT whose text comes in the body is looked for in its first bytes only (the server's max_query_size).
MAX_QUERY_BYTES = 262_144


@dataclass
class Call:
    """What one request asks for."""

    query: Query
    query_id: str | None = None
    framed_response: bool = False
    http_compression: bool = True
    protocol_version: int = 0


class Head:
    """The URL and headers of a request, read before its body."""

    def __init__(self, target: str, headers):
        parts = urlsplit(target)
        self.path = parts.path
        self.headers = headers
        pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        self.values = dict(pairs)
        self.roles = [value for name, value in pairs if name == "role"]
        self.url_query = self.values.get("query", "")

    def get(self, name: str, header: str | None = None) -> str | None:
        """A URL parameter, or the header that says the same."""
        value = self.values.get(name)
        return value if value is not None or header is None else self.headers.get(header)

    def flag(self, name: str) -> bool:
        """A parameter that is on when it is there and not 0."""
        return self.values.get(name, "0").lower() not in ("0", "", "false")

    def credentials(self) -> tuple[str, str]:
        """User and password from the URL, ClickHouse's headers or basic authentication."""
        user, password = self.get("user", "X-ClickHouse-User"), self.get("password", "X-ClickHouse-Key")
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if user is None and scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise ClickHouseError("AUTHENTICATION_FAILED", "The Authorization header is not valid base64 of user:password.") from None
        return user or "default", password or ""


def read_call(head: Head, user: str, method: str, stream, limits, engine: Engine) -> Call:
    """Reads the body and builds the query. `limits` is (limit_bytes, cut_after_bytes)."""
    pieces = body.raw_pieces(stream, head.headers, *limits)
    content_type = head.headers.get("Content-Type") or ""
    text, data_path = head.url_query, None
    if content_type.lower().startswith("multipart/form-data"):
        for name, value in body.multipart_fields(b"".join(pieces), content_type).items():
            head.values[name] = value.decode("utf-8", "surrogateescape")
        text = head.values.get("query", "")
    else:
        pieces = body.decoded_pieces(pieces, head.headers.get("Content-Encoding") or "", head.flag("decompress"))
        text, data_path = _split(text, pieces, engine)
    return _call(head, user, method, text, data_path)


def _split(url_query: str, pieces, engine: Engine) -> tuple[str, str | None]:
    """The statement's text, and the file that holds its data if it is an INSERT with data."""
    iterator = iter(pieces)
    start = bytearray()
    if url_query:
        start += url_query.encode("utf-8", "surrogateescape") + b"\n"
    head_bytes = len(start)
    for piece in iterator:
        start += piece
        if len(start) > head_bytes + MAX_QUERY_BYTES:
            break
    insert = statement.parse_insert(bytes(start[: head_bytes + MAX_QUERY_BYTES]).decode("latin-1"))
    if insert is None:
        for piece in iterator:
            start += piece
        return _text(start).rstrip("\n"), None
    with engine.temporary_file() as file:
        try:
            file.write(start[insert.data_start :])
            for piece in iterator:
                file.write(piece)
        except BaseException:
            os.unlink(file.name)
            raise
    return _text(start[: insert.data_start]), file.name


def _text(raw: bytes) -> str:
    return bytes(raw).decode("utf-8", "surrogateescape")


def _call(head: Head, user: str, method: str, text: str, data_path: str | None) -> Call:
    settings = {}
    parameters = {}
    for name, value in head.values.items():
        if name.startswith("param_"):
            parameters[name.removeprefix("param_")] = value
        elif name not in RESERVED:
            settings[name] = value
    query = Query(
        text=text,
        user=user,
        roles=head.roles,
        data_path=data_path,
        database=head.get("database", "X-ClickHouse-Database"),
        default_format=head.get("default_format", "X-ClickHouse-Format") or "TabSeparated",
        settings=settings,
        parameters=parameters,
        read_only=method == "GET",
        session_id=head.get("session_id"),
        session_timeout_s=_number(head, "session_timeout", 60),
        session_check=head.flag("session_check"),
    )
    compressed = head.get("enable_http_compression") not in ("0", "false")
    return Call(query, head.get("query_id"), head.flag("compress"), compressed, _number(head, "client_protocol_version", 0))


def _number(head: Head, name: str, default: int) -> int:
    try:
        return int(head.values.get(name, default))
    except ValueError:
        raise ClickHouseError("BAD_ARGUMENTS", f"{name} must be a whole number, not {head.values[name]!r}.") from None
