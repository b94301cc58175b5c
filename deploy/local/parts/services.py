"""The four parts of the stack: what each one needs on disk, its command line, and how to see that it is healthy."""

import socket
import struct
import subprocess
import uuid
import base64
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from . import configurations, install
from .process import Process


@dataclass
class Setting:
    """What every part is started with."""

    folder: Path
    ports: dict[str, int]
    faults: bool = False
    webhook: str = ""


class Part:
    """One program of the stack."""

    name = ""
    port_name = ""
    start_deadline_s = 60

    def __init__(self, setting: Setting):
        self.setting = setting
        self.folder = setting.folder / self.name
        self.port = setting.ports[self.port_name]
        self.process = Process(self.name, setting.folder / "run", setting.folder / "logs" / f"{self.name}.log")

    def prepare(self) -> None:
        """Writes the configuration; leaves data alone."""

    def command(self) -> list[str]:
        """The command line. It names the stack's folder, so two stacks never have the same one."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Variables that the process needs besides ours."""
        return {}

    def healthy(self) -> bool:
        """Whether the part answers."""
        raise NotImplementedError

    def address_lines(self) -> list[str]:
        """`KEY=VALUE` lines for `stack env`."""
        raise NotImplementedError


def cluster_id(draw=uuid.uuid4) -> str:
    """A random id for a Kafka cluster: 16 bytes in URL-safe base64.

    One in 64 would begin with a dash, which StorageTool takes for an option; Kafka's own `random-uuid` draws again too.
    """
    while (text := base64.urlsafe_b64encode(draw().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


class Kafka(Part):
    """One KRaft node: broker and controller in one Java process."""

    name, port_name = "kafka", "KAFKA_PORT"
    start_deadline_s = 90

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(configurations.kafka(self.port, self.setting.ports["KAFKA_CONTROLLER_PORT"], self.folder / "data"))
        (self.folder / "log4j2.properties").write_text(configurations.KAFKA_LOGGING)
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", str(self._properties), "--ignore-formatted"]
        quick = ["-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"]
        done = subprocess.run(["java", *quick, "-cp", f"{install.jars()}/*", *tool, "--feature", "transaction.version=2"], capture_output=True, text=True)
        if done.returncode:
            install.fail(f"Kafka's StorageTool could not format {self.folder / 'data'}:\n{done.stdout}{done.stderr}")

    def command(self) -> list[str]:
        memory = ["-Xms256m", "-Xmx768m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true"]
        logging = [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"]
        return ["java", *memory, *logging, "-cp", f"{install.jars()}/*", "kafka.Kafka", str(self._properties)]

    def healthy(self) -> bool:
        # Metadata, version 1, no topics: the answer counts the brokers that take requests by now.
        request = struct.pack(">hhihi", 3, 1, 1, -1, 0)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(struct.pack(">i", len(request)) + request)
                with connection.makefile("rb") as answer:
                    _size, _correlation, brokers = struct.unpack(">iii", answer.read(12))
        except (OSError, struct.error):
            return False
        return brokers > 0

    def address_lines(self) -> list[str]:
        return [f"HOLDFAST__KAFKA__BROKERS=127.0.0.1:{self.port}"]


class ClickHouse(Part):
    """The ClickHouse engine behind its HTTP interface."""

    name, port_name = "clickhouse", "CLICKHOUSE_PORT"

    def command(self) -> list[str]:
        front = [str(install.python()), str(install.HERE / "clickhouse_front.py"), "--data", str(self.folder / "data")]
        fixed = ["--port", str(self.port), "--config", str(self.folder / "config")]
        return [*front, *fixed, *(["--faults"] if self.setting.faults else [])]

    def healthy(self) -> bool:
        return _answers(f"http://127.0.0.1:{self.port}/ping")

    def address_lines(self) -> list[str]:
        return [f"HOLDFAST__CLICKHOUSE__URL=http://127.0.0.1:{self.port}"]


class Prometheus(Part):
    """Scrapes what DIR/targets.json lists and evaluates the rules under deploy/prometheus."""

    name, port_name = "prometheus", "PROMETHEUS_PORT"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        targets = self.setting.folder / "targets.json"
        if not targets.exists():
            targets.write_text("[]\n")
        rules = install.HERE.parent / "prometheus" / "*.rules.yml"
        alertmanager_port = self.setting.ports["ALERTMANAGER_PORT"]
        (self.folder / "prometheus.yml").write_text(configurations.prometheus(targets, rules, alertmanager_port))

    def command(self) -> list[str]:
        paths = [f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.folder / 'data'}"]
        return [install.binary("prometheus"), *paths, f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-lifecycle"]

    def healthy(self) -> bool:
        return _answers(f"http://127.0.0.1:{self.port}/-/ready")

    def address_lines(self) -> list[str]:
        return [f"HOLDFAST_PROMETHEUS_URL=http://127.0.0.1:{self.port}"]


class Alertmanager(Part):
    """Sends every alert to HOLDFAST_ALERT_WEBHOOK, or nowhere."""

    name, port_name = "alertmanager", "ALERTMANAGER_PORT"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "alertmanager.yml").write_text(configurations.alertmanager(self.setting.webhook))

    def command(self) -> list[str]:
        paths = [f"--config.file={self.folder / 'alertmanager.yml'}", f"--storage.path={self.folder / 'data'}"]
        return [install.binary("alertmanager"), *paths, f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="]

    def healthy(self) -> bool:
        return _answers(f"http://127.0.0.1:{self.port}/-/ready")

    def address_lines(self) -> list[str]:
        return [f"HOLDFAST_ALERTMANAGER_URL=http://127.0.0.1:{self.port}"]


ALL = (Kafka, ClickHouse, Prometheus, Alertmanager)
NAMES = tuple(part.name for part in ALL)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False
