"""A small ClickHouse prompt over HTTP."""

import sys
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


def run(url: str, sql: str | None) -> None:
    """Runs one statement, or a prompt when there is none and the input is a terminal; a pipe is one statement."""
    if sql is None and not sys.stdin.isatty():
        sql = sys.stdin.read()
    if sql is not None:
        sys.exit(0 if _execute(url, sql) else 1)
    _prompt(url)


def _execute(url: str, sql: str) -> bool:
    output = "PrettyCompact" if sys.stdout.isatty() else "TabSeparated"
    request = Request(url + "/", data=sql.encode(), headers={"X-ClickHouse-Format": output})
    try:
        with urlopen(request) as answer:
            sys.stdout.buffer.write(answer.read())
            sys.stdout.flush()
        return True
    except HTTPError as error:
        print(error.read().decode(errors="replace").strip(), file=sys.stderr)
    except URLError as error:
        print(f"ClickHouse does not answer at {url}: {error.reason}. Start it with `stack start clickhouse`.", file=sys.stderr)
    return False


def _prompt(url: str) -> None:
    try:
        import readline  # noqa: F401 (line editing and history)
    except ImportError:
        pass
    print(f"{url} – one statement ends with ; or an empty line; exit with Ctrl-D")
    lines: list[str] = []
    while True:
        try:
            line = input(":-] " if lines else ":) ")
        except EOFError:
            return print()
        if line.strip().lower() in ("exit", "quit") and not lines:
            return None
        lines.append(line)
        if line.rstrip().endswith(";") or not line.strip():
            sql, lines = "\n".join(lines).strip(), []
            if sql:
                _execute(url, sql)
