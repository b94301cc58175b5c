"""Row policies made by SQL, as filters in the file of users.

The engine as a library has no storage for a policy, but reads from a file which rows of a table a user may see, and enforces that. Everyone is
`default` to it, so a filter asks first for the roles that a request runs under. As on a server: whoever a table has no policy for sees all of
its rows, whoever it has several for sees what any of them shows, and whoever has all rights here is an administrator.
"""

import re
from dataclasses import asdict, dataclass
from xml.sax.saxutils import escape

from .errors import ClickHouseError

_STATEMENT = re.compile(
    r"^(CREATE|DROP) ROW POLICY (IF NOT EXISTS |IF EXISTS |OR REPLACE )?(`?)(?P<name>[A-Za-z_]\w*)\3 ON (?:(`?)(?P<database>[A-Za-z_]\w*)\5\.)?(`?)(?P<table>[A-Za-z_]\w*)\7"
    r"(?: FOR SELECT)?(?: USING (?P<using>.*) TO (?P<grantees>(?!ALL\b).*))?$",
    re.DOTALL,
)


@dataclass
class Policy:
    """The rows of one table that some roles may see."""

    name: str
    database: str
    table: str
    using: str
    roles: list


class RowPolicies:
    """All policies, in the order in which they were made."""

    def __init__(self, stored: list[dict]):
        self._all = [Policy(**policy) for policy in stored]

    def stored(self) -> list[dict]:
        """What `__init__` takes."""
        return [asdict(policy) for policy in self._all]

    def change(self, canonical: str, database: str, roles_of) -> bool:
        """Takes a statement as the engine formats it; `roles_of` makes roles of grantees. False for any other statement."""
        if not re.match(r"^\w+ ROW POLICY ", canonical):
            return False
        match = _STATEMENT.match(canonical)
        if not match or (match.group(1) == "CREATE") != bool(match.group("using")):
            raise ClickHouseError(
                "NOT_IMPLEMENTED",
                "This front knows CREATE ROW POLICY name ON table USING condition TO roles, and DROP; neither RESTRICTIVE nor TO ALL. "
                f"On a server this works: {canonical}",
            )
        verb, condition, name, table = match.group(1), (match.group(2) or "").strip(), match.group("name"), match.group("table")
        database = match.group("database") or database
        same = [policy for policy in self._all if (policy.name, policy.database, policy.table) == (name, database, table)]
        if verb == "CREATE" and same and condition != "OR REPLACE":
            if condition != "IF NOT EXISTS":
                raise ClickHouseError("ACCESS_ENTITY_ALREADY_EXISTS", f"row policy `{name} ON {database}.{table}`: cannot insert because it already exists.")
            return True
        if verb == "DROP" and not same and not condition:
            raise ClickHouseError("UNKNOWN_ROW_POLICY", f"There is no row policy `{name} ON {database}.{table}` in `user directories`.")
        self._all = [policy for policy in self._all if policy not in same]
        if verb == "CREATE":
            self._all.append(Policy(name, database, table, match.group("using"), roles_of(match.group("grantees"))))
        return True

    def forget(self, role: str) -> None:
        """A role that is gone has no policies."""
        for policy in self._all:
            policy.roles = [known for known in policy.roles if known != role]

    def xml(self, administrator: str) -> str:
        """The filters of the user that everyone is, but for whoever has the role `administrator`."""
        databases: dict[str, dict[str, list[Policy]]] = {}
        for policy in self._all:
            databases.setdefault(policy.database, {}).setdefault(policy.table, []).append(policy)
        lines = "".join(
            f"<{database}>" + "".join(f"<{table}><filter>{escape(_filter(of, administrator))}</filter></{table}>" for table, of in tables.items()) + f"</{database}>"
            for database, tables in databases.items()
        )
        return f"<databases>{lines}</databases>" if lines else ""


def _filter(policies: list[Policy], administrator: str) -> str:
    everybody = [role for policy in policies for role in policy.roles]
    shown = [f"({_under(policy.roles)} AND ({policy.using}))" for policy in policies]
    return " OR ".join([_under([administrator]), f"NOT {_under(everybody)}", *shown])


def _under(roles: list[str]) -> str:
    return f"hasAny(enabledRoles(), CAST([{', '.join(repr(role) for role in roles)}], 'Array(String)'))"
