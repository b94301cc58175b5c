"""Kafka and ClickHouse of a benchmark: their own stack, or a broker that runs already."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Broker:
    """Where Kafka and ClickHouse are."""

    brokers: str
    pid: int
    clickhouse: str | None
    command: list[str] | None

    def stop(self) -> None:
        """Stops what was started here; the data stays."""
        if self.command:
            subprocess.run([*self.command[:1], "down", *self.command[1:]], check=False, stdout=subprocess.DEVNULL)


def start(root: Path) -> Broker:
    """Starts the stack under target/bench-stack, unless BENCH_BROKER names a broker."""
    given = os.environ.get("BENCH_BROKER")
    if given:
        brokers, _, pid = given.partition(",")
        return Broker(brokers, int(pid or 0), os.environ.get("HOLDFAST__CLICKHOUSE__URL"), None)
    script, folder = str(root / "deploy" / "local" / "stack"), root / "target" / "bench-stack"
    subprocess.run([script, "up", "--dir", str(folder), "--only", "kafka,clickhouse"], check=True)
    said = subprocess.run([script, "env", "--dir", str(folder)], check=True, capture_output=True, text=True).stdout
    known = dict(line.split("=", 1) for line in said.splitlines())
    status = subprocess.run([script, "status", "--dir", str(folder)], check=False, capture_output=True, text=True).stdout
    pid = next(line.split()[-1] for line in status.splitlines() if line.startswith("kafka"))
    return Broker(known["HOLDFAST__KAFKA__BROKERS"], int(pid), known["HOLDFAST__CLICKHOUSE__URL"], [script, "--dir", str(folder)])
