"""Finds where an INSERT's text ends and its data begins, with a tokenizer just big enough for that."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*\n?|\#[!\ ][^\n]*\n?|/\*.*?\*/)
  | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.|``)*`)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>[0-9][0-9A-Za-z_.]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMAT_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)[ \t\f\v]*;?[ \t\f\v]*(?:\r\n|\n)?")
_OUTPUT_FORMAT = re.compile(r"\bFORMAT\s+([A-Za-z_][A-Za-z0-9_]*)\s*(?:SETTINGS\b.*)?;?\s*$", re.IGNORECASE | re.DOTALL)


@dataclass
class Insert:
    """An INSERT with inline data: `head` up to the format, `settings` of the clause, `format`, and where the data starts."""

    head: str
    settings: str
    format: str
    data_start: int


def tokens(text: str):
    """Yields (kind, text, start) for everything but white space and comments."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield match.lastgroup, match.group(), match.start()


def parse_insert(text: str) -> Insert | None:
    """The parts of an INSERT that takes inline data; None for every other statement (INSERT … SELECT and FROM INFILE included).

    Offsets count characters; `text` is decoded as latin-1 when the data may be binary, so that they count bytes too.
    """
    depth, settings_start, seen_insert = 0, None, False
    for kind, token, start in tokens(text):
        if not seen_insert:
            if kind != "word" or token.upper() != "INSERT":
                return None
            seen_insert = True
            continue
        if kind == "other":
            depth += {"(": 1, ")": -1}.get(token, 0)
        if kind != "word" or depth:
            continue
        word = token.upper()
        if word in ("SELECT", "WITH", "WATCH", "INFILE"):
            return None
        if word == "SETTINGS":
            settings_start = start
        elif word == "VALUES":
            head_end = start if settings_start is None else settings_start
            return Insert(text[:head_end], _settings(text, settings_start, start), "Values", start + len(token))
        elif word == "FORMAT":
            name = _FORMAT_NAME.match(text, start + len(token))
            if name is None:
                return None
            head_end = start if settings_start is None else settings_start
            return Insert(text[:head_end], _settings(text, settings_start, start), name.group(1), name.end())
    return None


def _settings(text: str, start: int | None, end: int) -> str:
    return "" if start is None else text[start:end].strip() + " "


def output_format(text: str) -> str | None:
    """The name in a trailing FORMAT clause, if there is one."""
    match = _OUTPUT_FORMAT.search(text[-2000:])
    return match.group(1) if match else None
