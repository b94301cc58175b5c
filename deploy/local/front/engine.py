"""Runs statements on chDB. Every request gets a connection of its own, so a database or setting never leaks into another."""

import fcntl
import json
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from chdb import _chdb

from . import statement
from .access import CANNOT_STORE, Access
from .configuration import write_configuration
from .errors import ClickHouseError, from_engine
from .gate import Gate

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_.]*$")
# Everyone is `default` to the engine, and that user may take any role.
_COMMENTS = r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*"
_SET_ROLE = re.compile(_COMMENTS + r"SET\s+(?:DEFAULT\s+)?ROLE\b", re.IGNORECASE | re.DOTALL)
_DROP_POLICY = re.compile(_COMMENTS + r"DROP\s+(?:ROW\s+)?POLICY\b", re.IGNORECASE | re.DOTALL)
SESSION_TIMEOUT_S = 60


@dataclass
class Query:
    """One statement with everything that the request said about it."""

    text: str
    user: str = "default"
    roles: list = field(default_factory=list)
    data_path: str | None = None
    database: str | None = None
    default_format: str = "TabSeparated"
    settings: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    read_only: bool = False
    session_id: str | None = None
    session_timeout_s: int = SESSION_TIMEOUT_S
    session_check: bool = False


@dataclass
class Result:
    """The bytes of an answer and the counts for `X-ClickHouse-Summary`."""

    data: memoryview
    format: str
    summary: str
    keep: object = None


class Session:
    """A connection that a client keeps by `session_id`."""

    def __init__(self, connection):
        self.connection = connection
        self.lock = threading.Lock()
        self.expires_at = time.monotonic() + SESSION_TIMEOUT_S


class Engine:
    """The chDB engine on one data folder, which no second process may open."""

    def __init__(self, data_dir: str, configuration_dir: str):
        os.makedirs(data_dir, exist_ok=True)
        self._lock_file = open(os.path.join(data_dir, ".front.lock"), "w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Another process has {data_dir} open; stop it, or choose another --data folder.") from None
        self.temporary_dir = os.path.join(data_dir, "incoming")
        os.makedirs(self.temporary_dir, exist_ok=True)
        for name in os.listdir(self.temporary_dir):
            os.unlink(os.path.join(self.temporary_dir, name))
        self._address = f"{data_dir}?config-file={write_configuration(Path(configuration_dir))}"
        self.access = Access(Path(configuration_dir))
        self._gate = Gate()
        self._sessions: dict[tuple[str, str], Session] = {}
        self._sessions_lock = threading.Lock()
        _chdb.set_signal_handlers_enabled(0)
        # Kept open for as long as the process lives: the engine and its background merges stop with the last connection.
        self._root = self._connect()
        self.version, self.timezone = bytes(self._root.query("SELECT version(), timezone()", "TSV", params={}).bytes()).decode().split()

    def close(self) -> None:
        """Closes the engine when its requests are done; parts on disk are complete without it."""
        with self._gate.closed():
            self._root.close()

    def temporary_file(self):
        """A new file for the data of one INSERT."""
        return tempfile.NamedTemporaryFile(dir=self.temporary_dir, suffix=".data", delete=False)

    def run(self, query: Query) -> Result:
        """Runs one statement; raises ClickHouseError."""
        try:
            with self._gate.passing():
                result = self._run_in_session(query) if query.session_id else self._run_alone(query)
            # The engine knows no policy of ours, and says of one that is to go IF EXISTS that it has gone.
            if not _DROP_POLICY.match(query.text):
                return result
        except ClickHouseError as error:
            if error.name not in CANNOT_STORE:
                raise
        return self._change_access(query)

    def _run_alone(self, query: Query) -> Result:
        connection = self._connect()
        try:
            return self._run_on(connection, query)
        except ClickHouseError as error:
            # Everyone is `default` to the engine.
            error.text = re.sub(r"^default: ", f"{query.user}: ", error.text)
            raise
        finally:
            connection.close()

    def _change_access(self, query: Query) -> Result:
        """Stores a CREATE ROLE, GRANT and so on that the engine found right, and opens the engine again so that it reads them."""
        with self._gate.closed():
            formatted = _run_plain(self._root, f"SELECT formatQuerySingleLine({_quoted(query.text)})", "TabSeparatedRaw")
            undo = self.access.apply(query.text, bytes(formatted.bytes()).decode().strip(), query.database or "default")
            for session in self._sessions.values():
                session.connection.close()
            self._sessions.clear()
            self._root.close()
            try:
                self._root = self._connect()
            except RuntimeError as error:
                undo()
                self._root = self._connect()
                raise from_engine(str(error)) from error
        return Result(memoryview(b""), query.default_format, "{}")

    def _connect(self):
        return _chdb.connect(self._address)

    def _run_in_session(self, query: Query) -> Result:
        key = (query.user, query.session_id)
        with self._sessions_lock:
            now = time.monotonic()
            for name in [name for name, session in self._sessions.items() if session.expires_at < now and not session.lock.locked()]:
                self._sessions.pop(name).connection.close()
            session = self._sessions.get(key)
            if session is None:
                if query.session_check:
                    raise ClickHouseError("SESSION_NOT_FOUND", f"Session {query.session_id} not found.")
                session = self._sessions[key] = Session(self._connect())
            if not session.lock.acquire(blocking=False):
                raise ClickHouseError("SESSION_IS_LOCKED", f"Session {query.session_id} is locked by a concurrent client.")
        try:
            return self._run_on(session.connection, query)
        finally:
            session.expires_at = time.monotonic() + query.session_timeout_s
            session.lock.release()

    def _run_on(self, connection, query: Query) -> Result:
        started = time.monotonic_ns()
        for line in self.access.preamble(query.user, query.roles):
            _run_plain(connection, line)
        if query.user != "default" and _SET_ROLE.match(query.text):
            raise ClickHouseError("SET_NON_GRANTED_ROLE", f"{query.user}: this front takes roles from the URL only: role=NAME.")
        if query.database:
            _run_plain(connection, f"USE {_identifier(query.database)}")
        assignments = _assignments(query.settings)
        text = query.text
        if assignments:
            _run_plain(connection, "SET " + ", ".join(assignments))
        if query.read_only:
            _run_plain(connection, "SET readonly = 2")
        if not query.data_path:
            _refuse_none_or_several(connection, text)
        result = _run_plain(connection, _with_infile(text, query.data_path), query.default_format, query.parameters)
        view = result.get_memview()
        summary = _summary(result, time.monotonic_ns() - started)
        name = statement.output_format(text) or query.default_format
        return Result(view.view() if len(result) else memoryview(b""), name, summary, (result, view))


def _run_plain(connection, text: str, output: str = "TabSeparated", parameters: dict | None = None):
    try:
        return connection.query(text, output, params=parameters or {})
    except RuntimeError as error:
        raise from_engine(str(error)) from error
    except (UnicodeEncodeError, ValueError) as error:
        raise ClickHouseError("SYNTAX_ERROR", f"Syntax error: the statement is not valid UTF-8: {error}") from error


def _refuse_none_or_several(connection, text: str) -> None:
    if not text.strip(" \n\t;"):
        raise ClickHouseError("SYNTAX_ERROR", "Syntax error: Empty query.")
    if ";" in text.rstrip().rstrip(";") and connection.classify_query(text)["statement_count"] > 1:
        raise ClickHouseError("SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed): send one statement per request.")


def _with_infile(text: str, data_path: str | None) -> str:
    """`INSERT INTO t (a) FORMAT F` becomes `INSERT INTO t (a) FROM INFILE 'path' FORMAT F`."""
    if data_path is None:
        return text
    insert = statement.parse_insert(text)
    if insert is None:
        raise ClickHouseError("SYNTAX_ERROR", "Syntax error: data was sent with a statement that takes none.")
    return f"{insert.head} FROM INFILE {_quoted(data_path)} {insert.settings}FORMAT {insert.format}"


def _assignments(settings: dict) -> list[str]:
    for name in settings:
        if not _NAME.match(name):
            raise ClickHouseError("UNKNOWN_SETTING", f"Setting {name} is neither a builtin setting nor started with the prefix 'SQL_'.")
    return [f"{name} = {_quoted(value)}" for name, value in settings.items()]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _identifier(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _summary(result, elapsed_ns: int) -> str:
    counts = {
        "read_rows": result.storage_rows_read(),
        "read_bytes": result.storage_bytes_read(),
        "written_rows": result.rows_written(),
        "written_bytes": result.bytes_written(),
        "total_rows_to_read": result.storage_rows_read(),
        "result_rows": result.rows_read(),
        "result_bytes": len(result),
        "elapsed_ns": elapsed_ns,
    }
    return json.dumps({name: str(value) for name, value in counts.items()}, separators=(",", ":"))
