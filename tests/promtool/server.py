"""A real Prometheus on a free port, with an hour of the metrics that Holdfast exports and with its rules loaded."""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy" / "prometheus" / "holdfast.rules.yml"

# Series of a small site: name, labels, type, value at minute m of 60.
STAGE = '{stage="contacts",job="holdfast-stages",instance="a"%s}'
QUEUE = '{tenant="acme",queue="%s",job="holdfast-board",instance="b"}'
TEAM = '{tenant="acme",team="%s"%s,job="holdfast-board",instance="b"}'
WINDOWED = '{tenant="acme",queue="%s",window="%s",job="holdfast-board",instance="b"}'


def series():
    """(name, labels, type, value by minute) of everything that panels and rules may ask for."""
    plain = '{job="holdfast-board",instance="b"}'
    loader = '{job="holdfast-load",instance="c"%s}'
    yield "holdfast_records_total", STAGE % "", "counter", lambda m: 900 * m
    yield "holdfast_dead_letters_total", STAGE % ',code="bad_time"', "counter", lambda m: m // 10
    for outcome, pace in (("committed", 600), ("aborted", 1), ("unclear", 0)):
        yield "holdfast_transactions_total", STAGE % f',outcome="{outcome}"', "counter", lambda m, pace=pace: pace * m
    for edge, share in (("0.005", 0.4), ("0.05", 0.98), ("+Inf", 1.0)):
        yield "holdfast_commit_duration_seconds_bucket", STAGE % f',le="{edge}"', "unknown", lambda m, share=share: int(600 * m * share)
    yield "holdfast_consumer_lag_records", STAGE % ',topic="calls"', "gauge", lambda m: 1500 + m
    yield "holdfast_event_time_watermark_timestamp_seconds", STAGE % "", "gauge", lambda m: START + 60 * m
    yield "holdfast_source_last_event_timestamp_seconds", STAGE % ',source="pbx1"', "gauge", lambda m: START + 60 * m
    yield "holdfast_restored_records_total", STAGE % "", "counter", lambda m: 5000
    for state, count in (("running", 8), ("restoring", 0)):
        yield "holdfast_tasks", STAGE % f',state="{state}"', "gauge", lambda m, count=count: count
    yield "holdfast_inferred_total", STAGE % ',rule="missing_end"', "counter", lambda m: m // 5
    yield "holdfast_notes_total", STAGE % ',what="late"', "counter", lambda m: m // 7
    yield "holdfast_loader_rows_total", loader % ',table="queue_visits"', "counter", lambda m: 300 * m
    yield "holdfast_loader_retries_total", loader % ',class="unreachable"', "counter", lambda m: m // 20
    yield "holdfast_loader_oldest_unwritten_seconds", loader % "", "gauge", lambda m: 0.2
    yield "holdfast_board_panes", plain, "gauge", lambda m: 4000 + m
    yield "holdfast_board_last_pane_timestamp_seconds", plain, "gauge", lambda m: START + 60 * m
    yield "holdfast_board_caught_up", plain, "gauge", lambda m: 1
    yield "holdfast_board_last_poll_timestamp_seconds", plain, "gauge", lambda m: START + 60 * m
    yield "up", plain, "gauge", lambda m: 1
    yield "process_resident_memory_bytes", plain, "gauge", lambda m: 2.0e8
    yield "process_start_time_seconds", plain, "gauge", lambda m: START + (1800 if m > 30 else 0)
    for queue in ("sales", "help"):
        of_queue = QUEUE % queue
        yield "holdfast_queue_waiting_now", of_queue, "gauge", lambda m: m % 4
        yield "holdfast_queue_talking_now", of_queue, "gauge", lambda m: 6
        yield "holdfast_queue_oldest_wait_entered_timestamp_seconds", of_queue, "gauge", lambda m: START + 60 * m - 40
        yield "holdfast_queue_service_level_target_ratio", of_queue, "gauge", lambda m: 0.8
        for window in ("15m", "60m", "today"):
            labels = WINDOWED % (queue, window)
            for name, value in (
                ("offered", 40), ("answered", 36), ("abandoned", 4), ("service_level_2_numerator", 30), ("service_level_2_denominator", 38),
                ("abandonment_rate_numerator", 2), ("abandonment_rate_denominator", 38),
                ("asa_numerator_seconds", 500), ("asa_denominator", 36),
            ):
                yield "holdfast_queue_" + name, labels, "gauge", lambda m, value=value: value + m

    care = '{tenant="acme",site="north",team="red"%s,job="holdfast-signals",instance="d"}'
    for tier, waiting in (("concern", 2), ("urgent", 1)):
        yield "holdfast_attrition_signals_waiting", care % f',tier="{tier}"', "gauge", lambda m, waiting=waiting: waiting
    yield "holdfast_attrition_display_suspended", '{tenant="acme",site="north",job="holdfast-signals",instance="d"}', "gauge", lambda m: 0
    yield "holdfast_attrition_calibration_slope", '{tenant="acme",site="north",job="holdfast-signals",instance="d"}', "gauge", lambda m: 0.9
    drift = '{tenant="acme",site="north",input="aht",job="holdfast-signals",instance="d"}'
    yield "holdfast_attrition_input_drift", drift, "gauge", lambda m: 0.12
    yield "holdfast_attrition_objections_overdue", '{tenant="acme",site="north",job="holdfast-signals",instance="d"}', "gauge", lambda m: 1
    yield "holdfast_attrition_retention_last_run_timestamp_seconds", '{job="holdfast-signals",instance="d"}', "gauge", lambda m: START - 86400
    moved = '{tenant="acme",site="north",group_kind="team",group="red",cause="measures",job="holdfast-signals",instance="d"}'
    yield "holdfast_attrition_group_moved_agents", moved, "gauge", lambda m: 12
    yield "holdfast_attrition_unreadable_records", '{job="holdfast-signals",instance="d"}', "gauge", lambda m: 0
    for name, count in (("attrition_follow_ups_overdue", 2), ("groove_team", 1), ("groove_agents", 5)):
        yield f"holdfast_{name}", care % "", "gauge", lambda m, count=count: count
    yield "holdfast_attrition_oldest_waiting_opened_timestamp_seconds", care % "", "gauge", lambda m: START - 86400
    for outcome, pace in (("sent", 3), ("failed", 0)):
        yield f"holdfast_attrition_alerts_{outcome}_total", '{job="holdfast-signals",instance="d"}', "counter", lambda m, pace=pace: pace * m

    for team in ("red", "blue"):
        of_team = TEAM % (team, "")
        yield "holdfast_team_staffed_agents", of_team, "gauge", lambda m: 12
        for activity in ("available", "contact", "acw", "pause_meal"):
            of_activity = TEAM % (team, f',activity="{activity}"')
            yield "holdfast_team_agents", of_activity, "gauge", lambda m: 3
            yield "holdfast_team_oldest_activity_started_timestamp_seconds", of_activity, "gauge", lambda m: START + 60 * m - 200
        for window in ("15m", "30m", "60m", "today"):
            of_window = TEAM % (team, f',window="{window}"')
            yield "holdfast_team_occupancy_numerator_seconds", of_window, "gauge", lambda m: 7000 + m
            yield "holdfast_team_occupancy_denominator_seconds", of_window, "gauge", lambda m: 9000 + m
            yield "holdfast_team_handled", of_window, "gauge", lambda m: 40
        today = TEAM % (team, ',window="today"')
        yield "holdfast_team_utilisation_numerator_seconds", today, "gauge", lambda m: 7000 + m
        yield "holdfast_team_utilisation_denominator_seconds", today, "gauge", lambda m: 27000


START = 60 * (int(time.time()) // 60) - 3600


def open_metrics():
    """The hour as OpenMetrics text, families together."""
    families = {}
    for name, labels, kind, value in series():
        families.setdefault((name, kind), []).append((labels, value))
    lines = []
    for (name, kind), members in families.items():
        lines.append(f"# TYPE {name.removesuffix('_total') if kind == 'counter' else name} {kind}")
        lines += [f"{name}{labels} {value(m)} {START + 60 * m}" for labels, value in members for m in range(61)]
    return "\n".join(lines + ["# EOF", ""])


def missing_tools():
    """Names of the programs that are needed and not there."""
    return [tool for tool in ("prometheus", "promtool") if shutil.which(tool) is None]


class Prometheus:
    """Starts with `with`, ends with it."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="holdfast-prometheus-")
        folder = pathlib.Path(self.folder.name)
        (folder / "hour.txt").write_text(open_metrics())
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "hour.txt", folder / "blocks"], check=True, capture_output=True)
        (folder / "prometheus.yml").write_text(f"global: {{evaluation_interval: 1s}}\nrule_files: ['{RULES}']\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        arguments = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/blocks", f"--web.listen-address=127.0.0.1:{port}"]
        # The blocks are of today: they must survive the start.
        arguments += ["--storage.tsdb.retention.time=10y", "--log.level=info"]
        self.process = subprocess.Popen(["prometheus", *arguments], stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "Server is ready to receive web requests" in line:
                return self
        raise RuntimeError("Prometheus did not start:\n" + "".join(said[-20:]))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stderr.close()
        self.process.wait(timeout=30)
        self.folder.cleanup()

    def query(self, expression, at):
        """The samples of an expression at a time, or the error as text."""
        body = urllib.parse.urlencode({"query": expression, "time": at}).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/query", body, timeout=20) as answer:
                return json.load(answer)["data"]["result"], None
        except urllib.error.HTTPError as error:
            return [], json.load(error)["error"]

    def rules(self):
        """All rules as Prometheus has read them."""
        with urllib.request.urlopen(f"{self.url}/api/v1/rules", timeout=20) as answer:
            return [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]
