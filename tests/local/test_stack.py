"""The `stack` command: starting, killing, restarting and stopping real parts."""

import http.server
import json
import queue
import subprocess
import sys
import threading
import unittest
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

from support import STACK, Stack

sys.path.insert(0, str(STACK.parent))
from parts.services import cluster_id


class Webhook(http.server.BaseHTTPRequestHandler):
    """Puts what is posted to it into the server's queue."""

    def do_POST(self):
        self.server.received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class ClusterId(unittest.TestCase):
    def test_an_id_that_storage_tool_would_take_for_an_option_is_drawn_again(self):
        drawn = iter([uuid.UUID(bytes=bytes([0xF8] * 16)), uuid.UUID(bytes=bytes([0xFB] * 16)), uuid.UUID(int=0)])
        self.assertEqual(cluster_id(lambda: next(drawn)), "A" * 22)


class ClickHouseAndKafka(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.stack.run("up", "--only", "kafka,clickhouse")

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    def kafka(self, *arguments: str, text: str = "") -> str:
        done = subprocess.run(self.stack.command("kafka", *arguments), input=text, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def test_up_again_leaves_what_runs(self):
        before = self.stack.pids()
        self.assertIn("already runs", self.stack.run("up", "--only", "kafka,clickhouse").stderr)
        self.assertEqual(self.stack.pids(), before)

    def test_clickhouse_keeps_rows_and_port_when_killed(self):
        clickhouse = self.stack.clickhouse()
        clickhouse.run("CREATE OR REPLACE TABLE kept (x UInt32) ENGINE = MergeTree ORDER BY x")
        for start in (0, 100_000):
            clickhouse.post("".join(f"{x}\n" for x in range(start, start + 100_000)), query="INSERT INTO kept FORMAT CSV")
        before = self.stack.env(), self.stack.pids()["clickhouse"]
        self.stack.run("kill", "clickhouse")
        self.assertNotIn("clickhouse", self.stack.pids())
        self.stack.run("start", "clickhouse")
        self.assertEqual(self.stack.env(), before[0])
        self.assertNotEqual(self.stack.pids()["clickhouse"], before[1])
        self.assertEqual(clickhouse.run("SELECT count(), uniqExact(x) FROM kept"), "200000\t200000")

    def test_kafka_keeps_messages_and_port_when_killed(self):
        self.kafka("topics", "--create", "--topic", "kept", "--partitions", "1")
        self.kafka("producer", "--topic", "kept", text="one\ntwo\n")
        before = self.stack.env()
        self.stack.run("kill", "kafka")
        self.stack.run("start", "kafka")
        self.assertEqual(self.stack.env(), before)
        read = self.kafka("consumer", "--topic", "kept", "--from-beginning", "--max-messages", "2", "--timeout-ms", "20000")
        self.assertEqual(read.splitlines()[-2:], ["one", "two"])

    def test_kafka_makes_no_topic_by_itself(self):
        produce = subprocess.run(
            self.stack.command("kafka", "producer", "--topic", "nowhere", "--max-block-ms", "1000"), input="x\n", capture_output=True, text=True
        )
        self.assertIn("nowhere", produce.stdout + produce.stderr)
        self.assertNotIn("nowhere", self.kafka("topics", "--list").split())

    def test_the_client_says_what_is_wrong(self):
        self.assertEqual(self.stack.run("clickhouse-client", "SELECT 1 + 1").stdout, "2\n")
        refused = self.stack.run("clickhouse-client", "SELECT * FROM missing", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("UNKNOWN_TABLE", refused.stderr)


class Processes(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.addCleanup(self.stack.close)

    def test_two_ups_at_once_start_each_part_once(self):
        ups = [subprocess.Popen(self.stack.command("up", "--only", "clickhouse"), stderr=subprocess.PIPE, text=True) for _ in range(2)]
        said = [up.communicate()[1] for up in ups]
        self.assertEqual([up.returncode for up in ups], [0, 0], said)
        self.assertEqual(sum("already runs" in text for text in said), 1)
        self.assertEqual(len(self._processes()), 1)

    def test_up_goes_on_after_the_script_was_killed(self):
        up = subprocess.Popen(self.stack.command("up", "--only", "clickhouse"), stderr=subprocess.PIPE, text=True)
        pid_file = self.stack.folder / "run" / "clickhouse.pid"
        while up.poll() is None and not pid_file.exists():
            pass
        up.kill()
        up.communicate()
        self.stack.run("up", "--only", "clickhouse")
        self.assertEqual(self._processes(), [self.stack.pids()["clickhouse"]])

    def test_down_ends_only_its_own_processes(self):
        other = Stack()
        self.addCleanup(other.close)
        other.run("up", "--only", "clickhouse")
        self.stack.run("up", "--only", "clickhouse")
        stranger = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        self.addCleanup(stranger.communicate)
        # As if the pids had been given to other programs since: a stranger's, and another stack's.
        run = self.stack.folder / "run"
        known = json.loads((run / "clickhouse.pid").read_text())
        (run / "kafka.pid").write_text(json.dumps(known | {"pid": stranger.pid}))
        (run / "prometheus.pid").write_text(json.dumps(known | {"pid": int(other.pids()["clickhouse"])}))
        self.stack.run("down")
        self.assertEqual(self._processes(), [])
        self.assertIsNone(stranger.poll())
        self.assertEqual(other.clickhouse().run("SELECT 1"), "1")

    def test_a_taken_port_is_named(self):
        taken = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
        self.addCleanup(taken.server_close)
        self.stack.run("up", "--only", "clickhouse")
        self.stack.run("down")
        ports = self.stack.folder / "ports.env"
        text = ports.read_text()
        self.addCleanup(ports.write_text, text)
        fixed = "\n".join(f"CLICKHOUSE_PORT={taken.server_port}" if line.startswith("CLICKHOUSE") else line for line in text.split())
        ports.write_text(fixed + "\n")
        refused = self.stack.run("up", "--only", "clickhouse", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(f"port {taken.server_port} of clickhouse is taken", refused.stderr)

    def test_a_part_that_cannot_start_shows_its_log(self):
        self.stack.run("up", "--only", "clickhouse")
        self.stack.run("down")
        (self.stack.folder / "clickhouse" / "config" / "access.json").write_text("{broken")
        refused = self.stack.run("up", "--only", "clickhouse", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("JSONDecodeError", refused.stderr)

    def _processes(self) -> list[str]:
        """The pids of every process whose command line names this stack's folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            except OSError:
                continue
            if any(str(self.stack.folder / "clickhouse" / "data").encode() == part for part in command):
                found.append(entry.name)
        return found


class Monitoring(unittest.TestCase):
    def test_prometheus_knows_its_alertmanager_and_alerts_reach_the_webhook(self):
        webhook = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
        webhook.received = queue.Queue()
        self.addCleanup(webhook.server_close)
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        self.addCleanup(webhook.shutdown)
        stack = Stack(HOLDFAST_ALERT_WEBHOOK=f"http://127.0.0.1:{webhook.server_port}/")
        self.addCleanup(stack.close)
        stack.run("up", "--only", "prometheus,alertmanager")
        env = stack.env()
        with urlopen(env["HOLDFAST_PROMETHEUS_URL"] + "/api/v1/status/config") as answer:
            self.assertIn(env["HOLDFAST_ALERTMANAGER_URL"].removeprefix("http://"), answer.read().decode())
        alert = json.dumps([{"labels": {"alertname": "Probe"}}]).encode()
        request = Request(env["HOLDFAST_ALERTMANAGER_URL"] + "/api/v2/alerts", alert, {"Content-Type": "application/json"})
        with urlopen(request) as answer:
            self.assertEqual(answer.status, 200)
        posted = webhook.received.get(timeout=30)
        self.assertEqual(posted["alerts"][0]["labels"]["alertname"], "Probe")


if __name__ == "__main__":
    unittest.main()
