"""The results of a run as JSON: kept in the repository, so that the page can be written again."""

import json
import os
import time
from pathlib import Path

from . import machine

LISTS = {"throughput": ("throughput", "peers"), "latency": ("latency", "rows"), "kill": ("kill",)}


def load(file: Path) -> dict:
    """What a run has left."""
    if not file.exists():
        raise SystemExit(f"there is no {file}: `make bench` measures and writes it")
    return json.loads(file.read_text())


def begin(file: Path, part: str, events: int, contacts: int) -> dict:
    """Empty lists for what is to be measured; what a part of a run does not measure is kept."""
    found = load(file) if file.exists() and part != "all" else {}
    if found.get("events", events) != events:
        found = {}
    words = [f"{name}={os.environ[name]}" for name in ("PEERS", "RUNS", "BENCH_EVENTS") if os.environ.get(name)]
    command = " ".join([*words, "make bench" if part == "all" else f"benches/run {part}"])
    found.update(date=time.strftime("%d %B %Y"), machine=machine.describe(), events=events, contacts=contacts)
    found["commands"] = [] if part == "all" else [known for known in found.get("commands", []) if known != command]
    found["commands"].append(command)
    for name, lists in LISTS.items():
        for key in lists:
            found[key] = [] if part in ("all", name) else found.get(key, [])
    return found


def save(file: Path, found: dict) -> None:
    """Written beside, then moved, so that an interrupted run leaves the former one whole."""
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(found, indent=1) + "\n")
    partial.rename(file)
