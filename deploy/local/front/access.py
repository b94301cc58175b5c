"""Users, roles, grants and row policies made by SQL.

The engine as a library logs everyone in as `default` and has no storage that CREATE ROLE, CREATE USER and GRANT could write to. It does read
roles from a file, and it enforces them. So the engine first checks such a statement (syntax, privileges, names); what it then cannot store is
kept here in access.json and written to the file of users, and the engine is opened again. A request of a user runs under that user's roles
only. What stays different from a server: `currentUser()` is always `default`; there are no quotas or settings profiles; and only `default` may
SET ROLE (anyone may send `role=` in the URL).
"""

import copy
import hashlib
import hmac
import json
import re
from pathlib import Path
from xml.sax.saxutils import escape

from .errors import ClickHouseError
from .row_policies import RowPolicies

# What the engine answers when a statement is right but its storage cannot be written, or has no policy that is kept here.
CANNOT_STORE = ("ACCESS_STORAGE_FOR_INSERTION_NOT_FOUND", "ACCESS_STORAGE_READONLY", "UNKNOWN_ROW_POLICY")
ALL_RIGHTS = "all_rights"

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_ENTITY = re.compile(r"^(CREATE|ALTER|DROP) (ROLE|USER) (IF NOT EXISTS |IF EXISTS |OR REPLACE )?(.*)$", re.IGNORECASE | re.DOTALL)
_GRANT = re.compile(r"^(GRANT|REVOKE) (.*) (?:TO|FROM) (.*?)( WITH GRANT OPTION| WITH ADMIN OPTION)?$", re.IGNORECASE | re.DOTALL)
_PASSWORD = re.compile(r"\bIDENTIFIED\s+(?:WITH\s+(?:plaintext_password|sha256_password|double_sha1_password|bcrypt_password)\s+)?BY\s+'((?:[^'\\]|\\.)*)'", re.IGNORECASE)
_SETTINGS = re.compile(r"\bSETTINGS\s+(.*)$", re.IGNORECASE | re.DOTALL)
_UNQUALIFIED = re.compile(r"\bON (`[^`]+`|[A-Za-z_]\w*|\*)(?=,? |$|,)(?!\.)")


class Access:
    """What CREATE ROLE, CREATE USER, CREATE ROW POLICY and GRANT have made, kept in `folder`."""

    def __init__(self, folder: Path):
        self._file = folder / "access.json"
        self._users_file = folder / "users.xml"
        stored = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._roles: dict[str, list[str]] = stored.get("roles", {})
        self._users: dict[str, dict] = stored.get("users", {})
        self._policies = RowPolicies(stored.get("row_policies", []))
        self.write()

    def check(self, user: str, password: str) -> None:
        """Raises AUTHENTICATION_FAILED unless user and password fit."""
        wanted = {"password": _hash("")} if user == "default" else self._users.get(user)
        if wanted is None or not hmac.compare_digest(wanted["password"], _hash(password)):
            raise ClickHouseError(
                "AUTHENTICATION_FAILED", f"{user}: Authentication failed: password is incorrect, or there is no user with such name."
            )

    def preamble(self, user: str, wanted: list[str]) -> list[str]:
        """The statements that put a connection under this user's roles (or the `wanted` ones of them) and settings."""
        if user == "default":
            return [f"SET ROLE {_listed(wanted)}"] if wanted else []
        granted = [grant.removeprefix("GRANT ").split(" WITH ")[0] for grant in self._users[user]["grants"] if " ON " not in grant]
        for role in wanted:
            if role not in granted:
                raise ClickHouseError("SET_NON_GRANTED_ROLE", f"{user}: Role `{role}` should be granted to set as a current.")
        settings = self._users[user]["settings"]
        return [f"SET ROLE {_listed([_direct(user), *(wanted or granted)])}", *([f"SET {settings}"] if settings else [])]

    def apply(self, statement: str, canonical: str, database: str):
        """Stores what a statement that the engine found right says; `canonical` is the engine's own formatting of it. Returns what undoes it."""
        before = copy.deepcopy((self._roles, self._users, self._policies))
        entity, grant = _ENTITY.match(canonical), _GRANT.match(canonical)
        if entity:
            self._change_entity(*entity.groups(default=""), statement)
        elif grant:
            self._change_grant(grant.group(1).upper(), grant.group(2), grant.group(3), grant.group(4) or "", database)
        elif not self._policies.change(canonical, database, self._roles_of):
            raise ClickHouseError("NOT_IMPLEMENTED", f"This front stores users, roles, grants and row policies only; on a server this works: {canonical}")
        self.write()

        def undo() -> None:
            self._roles, self._users, self._policies = before
            self.write()

        return undo

    def _change_entity(self, verb: str, kind: str, condition: str, rest: str, statement: str) -> None:
        names = _names(re.split(r"\s+(?:IDENTIFIED|NOT IDENTIFIED|HOST|DEFAULT|SETTINGS|VALID)\b", rest, maxsplit=1)[0])
        known = self._roles if kind == "ROLE" else self._users
        for name in names:
            if verb == "DROP":
                known.pop(name, None)
                self._forget(name)
            elif verb == "CREATE" and not condition and name in known:
                raise ClickHouseError("ACCESS_ENTITY_ALREADY_EXISTS", f"{kind.lower()} `{name}`: cannot insert because it already exists.")
            elif verb == "CREATE" and condition == "IF NOT EXISTS " and name in known:
                continue
            elif kind == "ROLE":
                known[name] = known.get(name, []) if verb == "ALTER" else []
            else:
                known[name] = self._user(statement, known.get(name, {}) if verb == "ALTER" else {})

    def _user(self, statement: str, before: dict) -> dict:
        password, settings = _PASSWORD.search(statement), _SETTINGS.search(statement)
        if password is None and re.search(r"(?<!NOT )\bIDENTIFIED\b", statement, re.IGNORECASE):
            raise ClickHouseError("NOT_IMPLEMENTED", "This front knows IDENTIFIED BY 'password' and NOT IDENTIFIED only.")
        hashed = _hash(_unquoted(password.group(1))) if password else before.get("password", _hash(""))
        applied = settings.group(1).rstrip("; \n") if settings else before.get("settings", "")
        return {"password": hashed, "grants": before.get("grants", []), "settings": applied}

    def _change_grant(self, verb: str, rights: str, grantees: str, option: str, database: str) -> None:
        rights = _UNQUALIFIED.sub(lambda match: f"ON `{database}`.{match.group(1)}", rights)
        for name in _names(grantees):
            grants = self._roles[name] if name in self._roles else self._users[name]["grants"]
            if verb == "REVOKE" and " ON " not in rights:
                grants[:] = [grant for grant in grants if grant != f"GRANT {rights}"]
            elif (line := f"{verb} {rights}{option}") not in grants:
                grants.append(line)

    def _roles_of(self, grantees: str) -> list[str]:
        return [_direct(name) if name in self._users else name for name in _names(grantees)]

    def _forget(self, role: str) -> None:
        self._policies.forget(role)
        self._policies.forget(_direct(role))
        for grants in [*self._roles.values(), *(user["grants"] for user in self._users.values())]:
            grants[:] = [grant for grant in grants if grant != f"GRANT {role}"]

    def write(self) -> None:
        """Writes both files, each whole or not at all."""
        stored = json.dumps({"roles": self._roles, "users": self._users, "row_policies": self._policies.stored()}, indent=1)
        for file, text in ((self._file, stored + "\n"), (self._users_file, self._xml())):
            partial = file.with_suffix(".partial")
            partial.touch(mode=0o600)
            partial.write_text(text)
            partial.rename(file)

    def _xml(self) -> str:
        roles = {ALL_RIGHTS: ["GRANT ALL ON *.* WITH GRANT OPTION"]} | self._roles
        for name, user in self._users.items():
            roles[_direct(name)] = [grant for grant in user["grants"] if " ON " in grant]
        users = {name: (user["password"], [*user["grants"]]) for name, user in self._users.items()}
        users["default"] = (_hash(""), ["GRANT " + ", ".join(roles)])
        role_lines = "".join(f"    <{name}>{_grants(grants)}</{name}>\n" for name, grants in roles.items())
        filters = {"default": self._policies.xml(ALL_RIGHTS)}
        user_lines = "".join(_user_xml(name, *parts, filters.get(name, "")) for name, parts in users.items())
        return _USERS_XML.format(roles=role_lines, users=user_lines)


# The engine as a library has other defaults than a server; these put the server's back.
_USERS_XML = """\
<clickhouse>
  <profiles>
    <default>
      <implicit_select>0</implicit_select>
      <allow_introspection_functions>0</allow_introspection_functions>
      <storage_file_read_method>pread</storage_file_read_method>
      <log_queries>1</log_queries>
    </default>
  </profiles>
  <roles>
{roles}  </roles>
  <users>
{users}  </users>
  <quotas><default></default></quotas>
</clickhouse>
"""


def _user_xml(name: str, password: str, grants: list[str], filters: str) -> str:
    secret = "<password></password>" if name == "default" else f"<password_sha256_hex>{password}</password_sha256_hex>"
    rest = "<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>"
    return f"    <{name}>{secret}{rest}{_grants(grants)}{filters}</{name}>\n"


def _grants(grants: list[str]) -> str:
    return "<grants>" + "".join(f"<query>{escape(grant)}</query>" for grant in grants) + "</grants>"


def _direct(user: str) -> str:
    return f"direct_grants_of_{user}"


def _listed(names: list[str]) -> str:
    return ", ".join("`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`" for name in names)


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _names(text: str) -> list[str]:
    names = [name.strip().strip("`\"'") for name in text.split(",")]
    for name in names:
        if not _NAME.match(name) or name == "default":
            raise ClickHouseError("NOT_IMPLEMENTED", f"This front takes user and role names of letters, digits and _ only (and not 'default'): {name!r}")
    return names
