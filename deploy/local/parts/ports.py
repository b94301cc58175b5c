"""Free ports, kept in DIR/ports.env so that a restart finds the same ones."""

import random
import socket
from pathlib import Path

NAMES = ("KAFKA_PORT", "KAFKA_CONTROLLER_PORT", "CLICKHOUSE_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT")
# Below the range from which the kernel takes ports for outgoing connections: while a part is down, no client may sit on its port.
RANGE = range(15_000, 32_000)


def load(folder: Path) -> dict[str, int]:
    """The ports of this stack; missing ones are chosen and written down."""
    file = folder / "ports.env"
    known = {}
    if file.exists():
        known = {name: int(value) for name, _, value in (line.partition("=") for line in file.read_text().split())}
    missing = [name for name in NAMES if name not in known]
    for name in missing:
        known[name] = _free(set(known.values()))
    if missing:
        partial = file.with_suffix(".partial")
        partial.write_text("".join(f"{name}={known[name]}\n" for name in NAMES))
        partial.rename(file)
    return known


def is_open(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free(taken: set[int]) -> int:
    for port in random.sample(RANGE, len(RANGE)):
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit("stack: no free port between 15000 and 31999 on 127.0.0.1.")
