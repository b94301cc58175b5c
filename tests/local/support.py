"""What the tests of the local stack share: a stack in a scratch folder, and small HTTP helpers. Standard library only."""

import http.client
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlencode

STACK = Path(__file__).resolve().parents[2] / "deploy" / "local" / "stack"


class Stack:
    """A stack of its own folder; `close` stops it and removes the folder."""

    def __init__(self, **options: str):
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-stack-"))
        self.options = options

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Runs one `stack` command on this folder."""
        done = subprocess.run(self.command(*arguments), env=os.environ | self.options, capture_output=True, text=True)
        if check and done.returncode:
            raise AssertionError(f"stack {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def command(self, name: str, *arguments: str) -> list[str]:
        """The command line of a `stack` command on this folder."""
        return [str(STACK), name, "--dir", str(self.folder), *arguments]

    def env(self) -> dict[str, str]:
        """What `stack env` prints."""
        return dict(line.split("=", 1) for line in self.run("env").stdout.split())

    def pids(self) -> dict[str, str]:
        """The pid of each part that runs."""
        rows = [line.split() for line in self.run("status", check=False).stdout.splitlines()]
        return {row[0]: row[-1] for row in rows if row[-1] != "-"}

    def clickhouse(self) -> "ClickHouse":
        """The ClickHouse of this stack."""
        return ClickHouse(self.env()["HOLDFAST__CLICKHOUSE__URL"].removeprefix("http://"))

    def close(self) -> None:
        """Stops everything and removes the folder."""
        self.run("down")
        shutil.rmtree(self.folder)


class Answer:
    """A whole HTTP answer."""

    def __init__(self, status: int, headers, body: bytes):
        self.status, self.headers, self.body = status, headers, body
        self.code = headers.get("X-ClickHouse-Exception-Code")

    @property
    def text(self) -> str:
        """The body as text without the last line end."""
        return self.body.decode().removesuffix("\n")


class ClickHouse:
    """Requests to ClickHouse's HTTP interface, one connection each."""

    def __init__(self, address: str):
        self.address = address

    def request(self, method: str, path: str, body=None, headers=None) -> Answer:
        """One request, whatever its answer."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=hasattr(body, "__next__"))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def post(self, body, headers=None, **parameters) -> Answer:
        """A statement or its data; `parameters` go into the URL."""
        return self.request("POST", "/?" + urlencode(parameters), body.encode() if isinstance(body, str) else body, headers)

    def run(self, sql: str, **parameters) -> str:
        """A statement that must succeed; its answer as text."""
        answer = self.post(sql, **parameters)
        if answer.status != 200:
            raise AssertionError(f"{sql!r} was answered {answer.status}: {answer.text}")
        return answer.text
