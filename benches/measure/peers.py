"""Kafka Streams and Flink on the same topic and the same broker: built, run, killed, checked.

The programs are those of the folder HOLDFAST_PEERS; they are driven from outside, by their properties."""

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import machine
from .machine import say

OPENS = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in ("lang", "util", "time", "util.concurrent", "io", "net", "nio")]
QUIET_S = 100


@dataclass(frozen=True)
class Variant:
    """A peer with its settings."""

    name: str
    peer: str
    settings: tuple[str, ...]
    what: str


# Six hours of lateness: with one hour Kafka Streams drops contacts while it catches up.
VARIANTS = (
    Variant("flink-1000", "flink", ("-Dckpt=1000", "-Dflush=100", "-Dgrace_h=6"), "Flink, heap state, checkpoints every 1 s"),
    Variant("flink-100", "flink", ("-Dckpt=100", "-Dflush=50", "-Dgrace_h=6"), "Flink, heap state, checkpoints every 100 ms"),
    Variant("streams-1000", "streams", ("-Dstore=mem", "-Dcommit=1000", "-Dgrace_h=6"), "Kafka Streams, in memory, commits every 1 s"),
    Variant("streams-100", "streams", ("-Dstore=mem", "-Dcommit=100", "-Dgrace_h=6"), "Kafka Streams, in memory, commits every 100 ms"),
)


@dataclass
class Peers:
    """The built programs and where they run."""

    scratch: Path
    brokers: str
    broker_pid: int
    topic: str
    truth: dict = field(default_factory=dict)

    def tool(self, *arguments: str) -> str:
        """Runs `peerbench`."""
        command = [str(self.scratch / "target/release/peerbench"), *arguments]
        run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "BROKERS": self.brokers}, check=False)
        if run.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout[-500:]}{run.stderr[-500:]}")
        return run.stdout

    def compute_truth(self) -> None:
        """Recomputes the peers' panes from the topic."""
        said = self.tool("truth", self.topic, str(self.scratch / "truth.bin"))
        self.truth = {
            "events": json.loads(said.splitlines()[0])["n"],
            "contacts": int(re.search(r"contacts=(\d+)", said).group(1)),
            "panes": int(re.search(r"panes=(\d+)", said).group(1)),
        }

    def create(self, topic: str, *settings: str) -> None:
        """Makes a topic with eight partitions."""
        for _ in range(10):
            if "Ok([Ok" in self.tool("create", topic, "8", *settings):
                return
            time.sleep(1)
        raise SystemExit(f"topic {topic} could not be created")

    def clean(self, *names: str) -> None:
        """Deletes topics by the beginning of their names."""
        known = [line.split()[0] for line in self.tool("list").splitlines()]
        gone = [topic for topic in known if topic.startswith(names)]
        if gone:
            self.tool("delete", *gone)


def build(source: Path, scratch: Path, brokers: str, broker_pid: int, topic: str) -> Peers:
    """Copies the sources to `scratch` and builds them there."""
    if not (source / "flink" / "pom.xml").exists():
        raise SystemExit(f"the peers' programs are not in {source}: set HOLDFAST_PEERS to their folder, or leave PEERS away")
    src = scratch / "src"
    shutil.rmtree(src, ignore_errors=True)
    shutil.copytree(source, src)
    for pom in src.glob("*/pom.xml"):
        pom.write_text(pom.read_text().replace("/tmp/peers/", f"{scratch}/"))
    # Their own tool looks for the broker's process in a file beside the topics of its own stack.
    for source_file in (src / "rust" / "src").glob("*.rs"):
        source_file.write_text(source_file.read_text().replace("/tmp/peers/", f"{scratch}/"))
    (scratch / "kafka").mkdir(exist_ok=True)
    (scratch / "kafka" / "pid").write_text(str(broker_pid))
    shared = src / "flink/src/main/java/peer/PaneAgg.java"
    # A link in a repository; some copies of it hold the path as text instead.
    shared.unlink(missing_ok=True)
    shutil.copy(src / "streams/src/main/java/peer/PaneAgg.java", shared)
    for peer in ("streams", "flink"):
        say(f"building {peer}")
        goals = ["compile", "dependency:copy-dependencies", f"-DoutputDirectory={scratch}/{peer}-libs"]
        subprocess.run(["mvn", "-q", "-B", *goals], cwd=src / peer, check=True, stdout=subprocess.DEVNULL)
    say("building peerbench")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(scratch / "target")}
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=src / "rust", check=True, env=environment, stderr=subprocess.DEVNULL)
    return Peers(scratch, brokers, broker_pid, topic)


class Life:
    """One life of a peer's JVM."""

    def __init__(self, peers: Peers, variant: Variant, names: dict, further: list[str]):
        scratch, peer = peers.scratch, variant.peer
        state = ["-Dstate=" if peer == "streams" else "-Ddir="][0] + str(names["state"])
        command = ["java", "-Xms512m", "-Xmx2g", "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        command += ["-Dorg.apache.avro.SERIALIZABLE_PACKAGES=peer.avro", f"-Dbrokers={peers.brokers}", f"-Dapp={names['app']}"]
        command += [f"-Dinput={names['input']}", f"-Doutput={names['output']}", state, *OPENS, *variant.settings, *further]
        command += ["-cp", f"{scratch}/build/{peer}/classes:{scratch}/{peer}-libs/*", "peer.StreamsPeer" if peer == "streams" else "peer.FlinkPeer"]
        self.log = names["log"]
        self.launched_ms = time.time() * 1000
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def running_ms(self) -> float | None:
        """When this life ran for the first time, ms since 1970."""
        times = [int(at) for at in re.findall(r"STATE RUNNING (\d+)", self.log.read_text(errors="replace"))]
        return next((at for at in times if at >= self.launched_ms), None)

    def await_running(self, limit_s: float) -> None:
        """Waits until it runs."""
        deadline = time.monotonic() + limit_s
        while self.running_ms() is None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the peer did not start; see {self.log}")
            time.sleep(0.2)

    def used(self) -> tuple[float, float]:
        """CPU seconds and peak memory, MB."""
        return machine.cpu_seconds(self.process.pid), machine.peak_memory_mb(self.process.pid)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, and kill -9 if that takes too long."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()


def fresh(peers: Peers, variant: Variant, what: str) -> dict:
    """Names and folders that no run has used before."""
    app = f"{what}-{variant.name}-{int(time.time())}"
    state, log = peers.scratch / "state", peers.scratch / "logs" / f"{app}.log"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    log.parent.mkdir(exist_ok=True)
    log.touch()
    return {"app": app, "state": state, "log": log, "input": peers.topic, "output": f"{app}-panes"}


def catch_up(peers: Peers, variant: Variant, kill: bool = False) -> dict:
    """One run over the whole topic; with `kill`, the JVM is killed at half the work and started again at once."""
    names = fresh(peers, variant, "kill" if kill else "peer")
    peers.create(names["output"], "cleanup.policy=compact")
    broker_cpu_s = machine.cpu_seconds(peers.broker_pid)
    contacts = str(peers.truth["contacts"])
    watch = [str(peers.scratch / "target/release/peerbench"), "watch", names["output"], contacts, str(QUIET_S)]
    watcher = subprocess.Popen(watch, stdout=subprocess.PIPE, text=True, env={**os.environ, "BROKERS": peers.brokers})
    time.sleep(0.5)
    # Kafka Streams waits for the session of the dead member; its default of 45 s would be unfair.
    session = ["-Dsession=6000"] if kill and variant.peer == "streams" else []
    first = life = Life(peers, variant, names, session)
    killed_ms, earlier_cpu_s, first_ms, done_ms = None, 0.0, None, None
    for line in watcher.stdout:
        words = line.split()
        if words[0] == "FIRST":
            first_ms = int(words[1])
        elif words[0] == "HALF" and kill:
            earlier_cpu_s = life.used()[0]
            life.kill()
            killed_ms = time.time() * 1000
            life = Life(peers, variant, names, session + restore(variant, names))
        elif words[0] == "DONE":
            done_ms = int(words[1])
    cpu_s, memory_mb = life.used()
    broker_cpu_s = machine.cpu_seconds(peers.broker_pid) - broker_cpu_s
    time.sleep(1.5)
    life.stop()
    verdict = json.loads(peers.tool("verify", names["output"], str(peers.scratch / "truth.bin")).splitlines()[-1])
    started_ms = first.running_ms()
    measured = {
        "what": variant.name,
        "events": peers.truth["events"],
        "wall_s": (done_ms - started_ms) / 1000,
        "launched_s": (done_ms - first.launched_ms) / 1000,
        "output_s": (done_ms - first_ms) / 1000,
        "cpu_s": cpu_s + earlier_cpu_s,
        "broker_cpu_s": broker_cpu_s,
        "memory_mb": memory_mb,
        "exact": verdict["exact"],
        "note": f"{verdict['updates']} pane updates" + ("" if verdict["exact"] else f", {verdict['contacts_short']} contacts short"),
    }
    if kill:
        measured["killed_at_s"] = (killed_ms - first.launched_ms) / 1000
        measured["restart_to_running_s"] = (life.running_ms() - life.launched_ms) / 1000
        measured["restart_to_done_s"] = (done_ms - life.launched_ms) / 1000
    peers.clean(names["app"])
    return measured


def restore(variant: Variant, names: dict) -> list[str]:
    """Flink is told from which checkpoint to start; Kafka Streams knows."""
    if variant.peer != "flink":
        return []
    checkpoints = sorted(glob.glob(f"{names['state']}/*/chk-*/_metadata"), key=os.path.getmtime)
    return [f"-Drestore=file://{os.path.dirname(checkpoints[-1])}"] if checkpoints else []


def latency(peers: Peers, variant: Variant, rate: int, seconds: int) -> dict:
    """Steady rate: from the wrap-up or abandon event to the pane that counts it."""
    names = fresh(peers, variant, "latency")
    names["input"] = f"{names['app']}-events"
    peers.create(names["output"], "cleanup.policy=compact")
    peers.create(names["input"])
    settings = tuple(setting for setting in variant.settings if not setting.startswith("-Dgrace_h"))
    life = Life(peers, Variant(variant.name, variant.peer, settings, variant.what), names, [])
    life.await_running(60)
    time.sleep(3)
    before, broker_cpu_s = life.used()[0], machine.cpu_seconds(peers.broker_pid)
    said = peers.tool("latency", names["input"], names["output"], str(rate), str(seconds))
    cpu_s, memory_mb = life.used()
    measured = {"what": variant.name, "cpu_s": cpu_s - before, "broker_cpu_s": machine.cpu_seconds(peers.broker_pid) - broker_cpu_s, "memory_mb": memory_mb}
    found = json.loads(next(line for line in said.splitlines() if line.startswith('{"latency"')))
    measured.update({key: found[key] for key in ("samples", "p50_ms", "p90_ms", "p99_ms", "max_ms", "updates")})
    measured["lost"] = found["unseen"]
    life.stop()
    peers.clean(names["app"])
    return measured
