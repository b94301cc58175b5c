"""Writes docs/performance.md from the results of a run."""

from pathlib import Path
from statistics import median

from . import bars

NAMES = {
    "consume": "raw consumption, one call per message",
    "decode": "… and decoding",
    "pass": "transactional pass-through: copies every event, computes nothing",
    "panes": "**Holdfast contact stage, panes**",
    "facts": "**Holdfast contact stage, panes and facts**",
    "holdfast": "**Holdfast contact stage**, commits every 40 ms",
    "holdfast-facts": "**Holdfast contact stage**, facts too, commits every 40 ms",
    "rows": "**Holdfast**: event to row in ClickHouse",
    "flink-1000": "Flink, heap state, checkpoints every 1 s",
    "flink-100": "Flink, heap state, checkpoints every 100 ms",
    "streams-1000": "Kafka Streams, in memory, commits every 1 s",
    "streams-100": "Kafka Streams, in memory, commits every 100 ms",
}


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands separated; a dash if there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def spread(values: list[float], digits: int = 0) -> str:
    """min / **median** / max; one number if there is only one."""
    values = sorted(value for value in values if value is not None)
    if not values:
        return "–"
    if len(values) == 1:
        return number(values[0], digits)
    return f"{number(values[0], digits)} / **{number(median(values), digits)}** / {number(values[-1], digits)}"


def table(head: list[str], lines: list[list[str]]) -> str:
    """A Markdown table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def grouped(rows: list[dict]) -> dict[str, list[dict]]:
    """Runs by what was run, in order of first appearance."""
    groups: dict[str, list[dict]] = {}
    for row in rows:
        groups.setdefault(row["what"], []).append(row)
    return groups


def exactness(runs: list[dict]) -> str:
    """Yes, no, or a dash."""
    known = [run["exact"] for run in runs if run.get("exact") is not None]
    return "–" if not known else "yes" if all(known) else f"**no**: {sum(not exact for exact in known)} of {len(known)} runs"


def catch_up(results: dict) -> str:
    """Throughput of limits, contact stage and peers."""
    head = ["what", "n", "k events/s", "k events/CPU s", "wall s", "CPU s", "broker CPU s", "peak MB", "launch to done s", "exact"]
    lines = []
    for what, runs in grouped(results.get("throughput", []) + results.get("peers", [])).items():
        own_process = any(run.get("launched_s") for run in runs)
        lines.append([
            NAMES[what],
            str(len(runs)),
            spread([run["events"] / run["wall_s"] / 1e3 for run in runs]),
            spread([run["events"] / run["cpu_s"] / 1e3 for run in runs]),
            spread([run["wall_s"] for run in runs], 1),
            spread([run["cpu_s"] for run in runs], 1),
            spread([run["broker_cpu_s"] for run in runs], 1),
            spread([run["memory_mb"] for run in runs]) if own_process else "–",
            spread([run.get("launched_s") for run in runs], 1),
            exactness(runs),
        ])
    return table(head, lines)


def latencies(rows: list[dict]) -> str:
    """Percentiles per peer."""
    head = ["what", "n", "p50 ms", "p90 ms", "p99 ms", "max ms", "samples", "lost", "CPU s", "broker CPU s"]
    lines = []
    for what, runs in grouped(rows).items():
        figures = [spread([run[key] for run in runs]) for key in ("p50_ms", "p90_ms", "p99_ms", "max_ms")]
        counts = [number(sum(run["samples"] for run in runs)), number(sum(run["lost"] for run in runs))]
        used = [spread([run.get(key) for run in runs], 1) for key in ("cpu_s", "broker_cpu_s")]
        lines.append([NAMES[what], str(len(runs)), *figures, *counts, *used])
    return table(head, lines)


def kills(rows: list[dict]) -> str:
    """Restart after kill -9."""
    head = ["what", "n", "killed after s", "restart to running s", "restart to all done s", "launch to all done s", "CPU s, both lives", "exact"]
    lines = []
    for what, runs in grouped(rows).items():
        keys = ("killed_at_s", "restart_to_running_s", "restart_to_done_s", "launched_s", "cpu_s")
        lines.append([NAMES[what], str(len(runs)), *(spread([run[key] for run in runs], 1) for key in keys), exactness(runs)])
    return table(head, lines)


def verdicts(results: dict) -> str:
    """The bars, and why some are missed."""
    lines = []
    for bar in bars.compute(results):
        digits = 2 if bar["unit"] == "×" else 0
        sign = "≥" if bar["at_least"] else "≤"
        value = f"{bar['value']:,.{digits}f}{bar['unit']}"
        lines.append([bar["what"], f"{sign} {bar['wanted']:,g}{bar['unit']}", value, "met" if bar["met"] else "**missed**"])
    return table(["bar", "wanted", "measured", ""], lines) if lines else "Not measured: `PEERS=1 make bench` runs the peers.\n"


def missed(results: dict) -> str:
    """Why bars are missed."""
    lines = [f"- *{bar['what']}*: {bar['why']}" for bar in bars.compute(results) if not bar["met"]]
    return "\n".join(["Missed, and why:", "", *lines]) if lines else "Every bar that was measured is met."


def write(results: dict, file: Path) -> None:
    """The whole document."""
    machine, template = results["machine"], (Path(__file__).parent / "performance.template.md").read_text()
    parts = {
        "date": results["date"],
        "command": "`, `".join(results["commands"]),
        "machine": f"{machine['cores']} cores ({machine['model']}), {machine['memory_gib']} GiB, Linux {machine['kernel']}, {machine['java']}",
        "events": number(results["events"]),
        "contacts": number(results["contacts"]),
        "catch_up": catch_up(results),
        "latency": latencies(results.get("latency", [])) if results.get("latency") else "Not measured in this run.\n",
        "rows": latencies(results["rows"]) if results.get("rows") else "Not measured in this run.\n",
        "kill": kills(results["kill"]) if results.get("kill") else "Not measured in this run.\n",
        "bars": verdicts(results),
        "missed": missed(results),
    }
    for name, text in parts.items():
        template = template.replace("{{" + name + "}}", text.rstrip("\n"))
    file.write_text(template)
