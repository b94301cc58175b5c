"""The bars that Holdfast is held to, each computed from the numbers of one run."""

from statistics import median

# Why a bar may be missed; shown only if it is.
WHY_CPU = {
    "panes": "the stage does more than the peers' job: bytes of every contact's events as its state, 39 counts, six histograms, two sketches.",
    "facts": "three facts per contact are encoded, compressed and sent, each with before and after; the peers write none.",
}
WHY_MEMORY = (
    "a heap profile at the peak: about a fifth each for the fetched records of the Kafka client, the contacts of the open transaction with their new bytes, "
    "the stored contacts of the last hour, and the panes. Shorter transactions take an eighth off and cost as much CPU: each touches its contacts and panes anew."
)
WHY_RESTART = "the group waits for the session of the dead member before it gives its partitions away again."
WHY_LATENCY = "load, broker, stage and reader share two cores, so a commit waits for its turn."
WHY_ROWS = "ClickHouse, broker, load and stage share two cores."


def middle(rows: list[dict], what: str, key: str) -> float | None:
    """Median of one figure over the runs of one thing; none: it was not measured."""
    values = [row[key] for row in rows if row["what"] == what and row.get(key) is not None]
    return median(values) if values else None


def per_cpu_second(rows: list[dict], what: str) -> float | None:
    """Events per CPU second of the client, median."""
    values = [row["events"] / row["cpu_s"] for row in rows if row["what"] == what]
    return median(values) if values else None


def per_second(rows: list[dict], what: str) -> float | None:
    """Events per second from RUNNING to the last contact in the panes, median."""
    values = [row["events"] / row["wall_s"] for row in rows if row["what"] == what]
    return median(values) if values else None


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Ours over theirs; none if one is missing."""
    return ours / theirs if ours and theirs else None


def better(rows: list[dict], peer: str, figure) -> float | None:
    """The better of a peer's two settings."""
    found = [value for value in (figure(rows, f"{peer}-{interval}") for interval in (100, 1000)) if value is not None]
    return max(found) if found else None


def of_fastest(rows: list[dict], peer: str) -> float | None:
    """Peak memory of a peer at the setting with the most events per CPU second."""
    names = [f"{peer}-{interval}" for interval in (100, 1000) if per_cpu_second(rows, f"{peer}-{interval}")]
    return middle(rows, max(names, key=lambda name: per_cpu_second(rows, name)), "memory_mb") if names else None


def compute(results: dict) -> list[dict]:
    """Every bar: what, the wanted value, the value, and if it is met. A bar whose parts were not measured is left out."""
    ours, peers = results.get("throughput", []), results.get("peers", [])
    bars = []

    def bar(text: str, value: float | None, wanted: float, at_least: bool, why: str, unit: str = "×") -> None:
        if value is not None:
            met = value >= wanted if at_least else value <= wanted
            bars.append({"what": text, "value": value, "wanted": wanted, "at_least": at_least, "unit": unit, "met": met, "why": why})

    for kind, name, share in (("panes", "contact stage, panes", 1.0), ("facts", "contact stage, panes and facts", 0.5)):
        for peer, title, times in (("flink", "Flink's", 3.0), ("streams", "Kafka Streams'", 6.0)):
            value = ratio(per_cpu_second(ours, kind), better(peers, peer, per_cpu_second))
            bar(f"{name}: events per CPU second against {title}", value, times * share, True, WHY_CPU[kind])
        value = ratio(per_second(ours, kind), better(peers, "flink", per_second))
        bar(f"{name}: events per second against Flink's", value, 1.5 * share, True, WHY_CPU[kind])
    for peer, title in (("flink", "Flink's"), ("streams", "Kafka Streams'")):
        mine = middle(ours, "panes", "memory_mb")
        bar(f"contact stage, panes: peak memory against {title}, at the setting whose speed is compared", ratio(mine, of_fastest(peers, peer)), 0.25, False, WHY_MEMORY)
        theirs = [value for value in (middle(peers, f"{peer}-{interval}", "memory_mb") for interval in (100, 1000)) if value]
        bar(f"contact stage, panes: peak memory against {title} at its smallest", ratio(mine, min(theirs, default=None)), 0.25, False, WHY_MEMORY)
    exact = [row["exact"] for row in ours + results.get("kill", []) if row["what"] in ("panes", "facts", "holdfast")]
    if exact:
        bar("runs that are exact", sum(map(bool, exact)) / len(exact) * 100, 100, True, "a fault: the note of the run says which pane.", " %")
    kills = results.get("kill", [])
    value = ratio(middle(kills, "holdfast", "restart_to_done_s"), middle(kills, "flink-1000", "restart_to_done_s"))
    bar("kill -9 at half the work: restart to all done against Flink's", value, 1.0, False, WHY_RESTART)
    latency = results.get("latency", [])
    for key, name in (("p50_ms", "median"), ("p99_ms", "99th percentile")):
        value = ratio(middle(latency, "holdfast", key), middle(latency, "flink-100", key))
        bar(f"event to pane, {name}, against Flink's with checkpoints every 100 ms", value, 0.5, False, WHY_LATENCY)
    bar("event to ClickHouse row, 99th percentile", middle(results.get("rows", []), "rows", "p99_ms"), 1_500, False, WHY_ROWS, " ms")
    return bars
