"""The HTTP server: routes, answers and ClickHouse's response headers. A thread per connection, a chDB connection per request."""

import gzip
import logging
import os
import socket
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import lz4.frame

from . import frames
from .body import BrokenBody
from .engine import Engine
from .errors import ClickHouseError
from .faults import Faults
from .native import with_protocol_version
from .request import Call, Head, read_call

CONTENT_TYPES = {
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNames": "text/tab-separated-values; charset=UTF-8; header=present",
    "TabSeparatedWithNamesAndTypes": "text/tab-separated-values; charset=UTF-8; header=present",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "RowBinary": "application/octet-stream",
    "RowBinaryWithNamesAndTypes": "application/octet-stream",
    "Native": "application/octet-stream",
    "Parquet": "application/octet-stream",
}
log = logging.getLogger("clickhouse_front")


class Server(ThreadingHTTPServer):
    """Holds what every request needs."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, engine: Engine, max_body_bytes: int, faults: Faults | None):
        self.engine = engine
        self.max_body_bytes = max_body_bytes
        self.faults = faults
        super().__init__(address, Conversation)


class Conversation(BaseHTTPRequestHandler):
    """One client connection."""

    protocol_version = "HTTP/1.1"
    server_version = "ClickHouse"
    sys_version = ""
    disable_nagle_algorithm = True
    rbufsize = 1 << 18
    wbufsize = 1 << 18
    server: Server

    def log_message(self, format, *args):  # noqa: A002 (the base class names it so)
        """Requests go to the log at debug level only: query texts may hold personal data."""
        log.debug(format, *args)

    def do_GET(self):
        """GET runs read-only statements, `/ping` and the replica check."""
        head = Head(self.path, self.headers)
        fault = self._take_fault(head.url_query) if head.path != "/_fault" else None
        if fault is not None and fault.mode == "down":
            return self._hang_up()
        if head.path in ("/ping", "/replicas_status") or (head.path == "/" and not head.url_query):
            return self._answer(200, b"Ok.\n", [("Content-Type", "text/html; charset=UTF-8")])
        if head.path == "/_fault" and self.server.faults is not None:
            return self._answer(200, self.server.faults.describe(), [("Content-Type", "application/json")])
        if head.path != "/":
            return self._answer(404, f"There is no handle {head.path}\n\nUse / or /ping for health checks.\n".encode())
        return self._run(head, fault)

    do_HEAD = do_GET

    def do_POST(self):
        """POST runs any statement; `/_fault` sets a fault."""
        head = Head(self.path, self.headers)
        if head.path == "/_fault" and self.server.faults is not None:
            wrong = self.server.faults.set(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            return self._answer(400, f"{wrong}\n".encode()) if wrong else self._answer(200, self.server.faults.describe())
        fault = self._take_fault(head.url_query)
        if fault is not None and fault.mode == "down":
            return self._hang_up()
        return self._run(head, fault)

    def do_DELETE(self):
        """`DELETE /_fault` ends every fault."""
        if self.path != "/_fault" or self.server.faults is None:
            return self._answer(404, b"There is nothing to delete here.\n")
        self.server.faults.clear()
        return self._answer(200, self.server.faults.describe())

    def do_OPTIONS(self):
        """Browsers ask before they query."""
        return self._answer(204, b"", [("Access-Control-Allow-Methods", "POST, GET, OPTIONS")])

    def _take_fault(self, query_text: str):
        return self.server.faults.take(query_text) if self.server.faults is not None else None

    def _run(self, head: Head, fault) -> None:
        call, query_id = None, head.get("query_id") or str(uuid.uuid4())
        try:
            user, password = head.credentials()
            self.server.engine.access.check(user, password)
            cut = fault.bytes if fault is not None and fault.mode == "cut_after_bytes" and fault.side == "request" else None
            call = read_call(head, user, self.command, self.rfile, (self.server.max_body_bytes, cut), self.server.engine)
            if fault is None and not head.url_query:
                fault = self._take_fault(call.query.text) if self.server.faults is not None else None
            self._run_call(call, query_id, fault)
        except ClickHouseError as error:
            self._fail(error, query_id, call)
        except BrokenBody as error:
            log.info("request dropped: %s", error)
            self._hang_up()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception as error:
            # A fault of this front and not of the statement; the client gets an answer, the log the whole story.
            log.exception("query %s", query_id)
            self._fail(ClickHouseError("LOGICAL_ERROR", f"The ClickHouse front failed: {error!r}; see its log."), query_id, call)
        finally:
            if call is not None and call.query.data_path:
                os.unlink(call.query.data_path)

    def _run_call(self, call: Call, query_id: str, fault) -> None:
        mode = fault.mode if fault is not None else ""
        if mode == "delay_ms":
            time.sleep(fault.delay_ms / 1000)
        if mode == "error":
            raise ClickHouseError(fault.name, "Injected fault.", fault.code)
        if mode == "down":
            return self._hang_up()
        result = self.server.engine.run(call.query)
        if mode == "write_then_error":
            if fault.close:
                return self._hang_up()
            raise ClickHouseError(fault.name, "Injected fault after the statement was executed.", fault.code)
        headers = [
            ("Content-Type", CONTENT_TYPES.get(result.format, "text/plain; charset=UTF-8")),
            ("X-ClickHouse-Query-Id", query_id),
            ("X-ClickHouse-Format", result.format),
            ("X-ClickHouse-Timezone", self.server.engine.timezone),
            ("X-ClickHouse-Server-Display-Name", "local"),
            ("X-ClickHouse-Summary", result.summary),
        ]
        data = result.data
        if result.format == "Native":
            data = with_protocol_version(data, call.protocol_version)
        if mode == "exception_in_body":
            error = ClickHouseError(fault.name, "Injected fault while the answer was being sent.", fault.code)
            data = bytes(data) + error.body(self.server.engine.version)
        cut = fault.bytes if mode == "cut_after_bytes" and fault.side == "response" else None
        self._answer(200, *self._packed(data, headers, call), cut)

    def _packed(self, data, headers, call: Call):
        if call.framed_response:
            return frames.encode(data), headers
        accepted = self.headers.get("Accept-Encoding", "").lower() if call.http_compression else ""
        for name, pack in (("lz4", lz4.frame.compress), ("gzip", lambda plain: gzip.compress(plain, 3))):
            if name in accepted:
                return pack(data), [*headers, ("Content-Encoding", name)]
        return data, headers

    def _fail(self, error: ClickHouseError, query_id: str, call: Call | None) -> None:
        headers = [
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("X-ClickHouse-Query-Id", query_id),
            ("X-ClickHouse-Exception-Code", str(error.code)),
            ("X-ClickHouse-Timezone", self.server.engine.timezone),
        ]
        body = error.body(self.server.engine.version)
        if call is None:
            # The body was not read to its end, so what follows on this connection could not be told from it.
            self.close_connection = True
            headers.append(("Connection", "close"))
        elif call.framed_response:
            body = frames.encode(body)
        self._answer(error.status, body, headers)
        if call is None:
            self._linger()

    def _linger(self) -> None:
        """Reads on for a moment: closed with unread input, the connection would be reset and the client might never see the answer."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(0.5)
        deadline = time.monotonic() + 2
        try:
            while time.monotonic() < deadline and self.connection.recv(1 << 20):
                pass
        except OSError:
            pass

    def _answer(self, status: int, body, headers=(), cut_after_bytes: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut_after_bytes is None else body[:cut_after_bytes])
        self.wfile.flush()
        if cut_after_bytes is not None:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
