"""Drives holdfast-bench."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .machine import say
from .stack import Broker

RATE, SECONDS = 20_000, 50


def build(root: Path) -> Path:
    """Builds the benchmark, optimised."""
    say("building holdfast-bench")
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "-p", "benches"], cwd=root, check=True)
    return root / "target" / "release" / "holdfast-bench"


@dataclass
class Bench:
    """The program, its broker and its topic."""

    binary: Path
    broker: Broker
    topic: str = ""
    events: int = 0
    contacts: int = 0

    def call(self, *arguments: str) -> str:
        """Runs a subcommand; its progress goes to standard error."""
        command = [str(self.binary), "--brokers", self.broker.brokers, "--broker-pid", str(self.broker.pid), *arguments]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed")
        return run.stdout

    def fill(self, events: int) -> str:
        """Fills the topic, unless it is full already."""
        self.topic = f"bench.mix-{events}"
        say(f"filling {self.topic}")
        known = json.loads(self.call("fill", "--topic", self.topic, "--events", str(events)))
        self.events, self.contacts = known["events"], known["contacts"]
        return self.topic

    def throughput(self) -> list[dict]:
        """Limits, pass-through and contact stage, one run of each."""
        return json.loads(self.call("throughput", "--topic", self.topic))

    def kill(self) -> dict:
        """Catch-up with kill -9 at half the work."""
        return json.loads(self.call("kill", "--topic", self.topic))

    def latency(self) -> dict:
        """Event to pane at a steady rate."""
        return json.loads(self.call("latency", "--rate", str(RATE), "--seconds", str(SECONDS)))["pane"]

    def rows(self) -> tuple[dict, dict]:
        """Event to pane and to row, with facts and the loader."""
        said = self.call("latency", "--rate", str(RATE), "--seconds", str(SECONDS), "--clickhouse", self.broker.clickhouse)
        found = json.loads(said)
        return found["pane"], found["row"]
