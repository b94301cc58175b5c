"""Turns the engine's exceptions into ClickHouse's HTTP errors: status, code and text."""

import re

STATUS_BY_NAME = {
    401: "REQUIRED_PASSWORD",
    403: "UNKNOWN_USER WRONG_PASSWORD AUTHENTICATION_FAILED SET_NON_GRANTED_ROLE ACCESS_DENIED",
    400: "BAD_ARGUMENTS CANNOT_COMPILE_REGEXP CANNOT_PARSE_TEXT CANNOT_PARSE_ESCAPE_SEQUENCE CANNOT_PARSE_QUOTED_STRING "
    "CANNOT_PARSE_DATE CANNOT_PARSE_DATETIME CANNOT_PARSE_NUMBER CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING CANNOT_PARSE_IPV4 "
    "CANNOT_PARSE_IPV6 CANNOT_PARSE_INPUT_ASSERTION_FAILED CANNOT_PARSE_UUID DUPLICATE_COLUMN ILLEGAL_COLUMN "
    "UNKNOWN_ELEMENT_IN_AST UNKNOWN_TYPE_OF_AST_NODE THERE_IS_NO_COLUMN TOO_DEEP_AST TOO_BIG_AST UNEXPECTED_AST_STRUCTURE "
    "SYNTAX_ERROR INCORRECT_DATA TYPE_MISMATCH VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
    404: "UNKNOWN_TABLE UNKNOWN_FUNCTION UNKNOWN_IDENTIFIER UNKNOWN_TYPE UNKNOWN_STORAGE UNKNOWN_DATABASE UNKNOWN_SETTING "
    "UNKNOWN_DIRECTION_OF_SORTING UNKNOWN_AGGREGATE_FUNCTION UNKNOWN_FORMAT UNKNOWN_DATABASE_ENGINE UNKNOWN_TYPE_OF_QUERY "
    "UNKNOWN_ROLE",
    408: "TIMEOUT_EXCEEDED",
    411: "HTTP_LENGTH_REQUIRED",
    413: "QUERY_IS_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    501: "NOT_IMPLEMENTED",
    503: "SOCKET_TIMEOUT CANNOT_OPEN_FILE CANNOT_SCHEDULE_TASK",
}
STATUS = {name: status for status, names in STATUS_BY_NAME.items() for name in names.split()}

CODES = {
    "BAD_ARGUMENTS": 36,
    "CHECKSUM_DOESNT_MATCH": 40,
    "SYNTAX_ERROR": 62,
    "TOO_LARGE_SIZE_COMPRESSED": 72,
    "UNKNOWN_COMPRESSION_METHOD": 89,
    "CANNOT_DECOMPRESS": 271,
    "UNKNOWN_SETTING": 115,
    "CANNOT_READ_ALL_DATA": 33,
    "QUERY_IS_TOO_LARGE": 272,
    "AUTHENTICATION_FAILED": 516,
    "SESSION_NOT_FOUND": 372,
    "SESSION_IS_LOCKED": 373,
    "LOGICAL_ERROR": 49,
    "NETWORK_ERROR": 210,
    "NOT_IMPLEMENTED": 48,
    "ACCESS_ENTITY_ALREADY_EXISTS": 493,
    "SET_NON_GRANTED_ROLE": 512,
    "UNKNOWN_ROW_POLICY": 523,
}

_SHAPE = re.compile(r"Code: (\d+)\. DB::Exception: (.*)\(([A-Z0-9_]+)\)[^()]*$", re.DOTALL)
_INNER = re.compile(r"^Code: \d+\. DB::Exception: ")
_INNER_END = re.compile(r" \([A-Z0-9_]+\) \(version [^()]*\)\.? *$")
# The front hands data over in a file, which a client must not see.
_INFILE = re.compile(r": \(in file/uri [^)]*\)|: While executing File: data for INSERT was parsed from file\.?")


class ClickHouseError(Exception):
    """An error as ClickHouse reports it: a numeric code, its name and a text."""

    def __init__(self, name: str, text: str, code: int | None = None):
        super().__init__(text)
        self.name = name
        self.text = text
        self.code = CODES[name] if code is None else code

    @property
    def status(self) -> int:
        """The HTTP status that ClickHouse answers for this error."""
        return STATUS.get(self.name, 500)

    def body(self, version: str) -> bytes:
        """The response body, as ClickHouse writes it."""
        return f"Code: {self.code}. DB::Exception: {self.text} ({self.name}) (version {version} (official build))\n".encode(
            "utf-8", "replace"
        )


def from_engine(message: str) -> ClickHouseError:
    """Reads the engine's own `Code: N. DB::Exception: text (NAME)`; nested copies of it are unwrapped."""
    message = _INFILE.sub("", message)
    match = _SHAPE.search(message)
    if match is None:
        return ClickHouseError("LOGICAL_ERROR", message.strip() or "the engine gave no reason.")
    text = match.group(2).strip()
    while _INNER.match(text):
        text = _INNER_END.sub("", _INNER.sub("", text, count=1))
    return ClickHouseError(match.group(3), text, int(match.group(1)))
