"""The demo's early warning of attrition: a site of simulated agents who wear out and leave, eighty days of it, through the same real parts as the demo's
centre, until the real Alertmanager has its warnings. `deploy/demo` calls it; everything happens in a pipeline of its own (topics, database, processes),
so that the board, the KPIs and the audit of the demo's centre stay as they are."""
import json
import shutil
import signal
import subprocess
import threading
import urllib.parse
import urllib.request
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = "west"
DAYS = 80
# The world tells twice as much beforehand as the reference world: a small site has warnings within weeks. This seed has six, whatever the date.
WORLD = ["--preset", "attrition", "--world", "loud", "--seed", "10", "--agents", "60", "--days", str(DAYS), "--calls-a-day", "12"]
# Told are the last weeks; what came before is what the site's agents are compared with.
TOLD_DAYS = 30
PURPOSE = ["--purpose", "retention-talk"]


class EarlyWarning:
    """See the module. `start` returns at once; `wait` says how it went."""

    def __init__(self, binary, folder, env, run_name, say):
        self.binary, self.folder, self.env, self.run_name, self.say = binary, folder / "early-warning", env, run_name, say
        self.config = self.folder / "holdfast.toml"
        self.database = f"demo_{run_name}_people"
        self.processes, self.alerts, self.problem = [], [], None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.stopping = threading.Event()
        self.address = None

    def start(self):
        self.thread.start()

    def wait(self, seconds):
        """What went wrong; none: nothing. The rest is in `alerts`."""
        self.thread.join(seconds)
        return f"not ready within {seconds} s" if self.thread.is_alive() else self.problem

    def stop(self):
        self.stopping.set()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def run(self):
        try:
            self.play()
            self.configure()
            self.bring_in()
            self.warn()
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            said = getattr(error, "stderr", None) or b""
            self.problem = self.problem or f"{error} {said.decode(errors='replace').strip()}".strip()

    def holdfast(self, *words, check=True):
        if self.stopping.is_set():
            raise RuntimeError("stopped")
        command = [self.binary, "--config", self.config, "--log", "warn", *map(str, words)]
        return subprocess.run(command, check=check, cwd=ROOT, capture_output=True).stdout.decode()

    def spawn(self, *words):
        log = open(self.folder / "holdfast.log", "ab")
        command = [self.binary, "--config", self.config, *map(str, words)]
        self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, start_new_session=True))
        return self.processes[-1]

    def play(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        # A day is closed 36 h after its end, by the time of the facts: the world ends yesterday, and the days before the last two are scored.
        self.first = date.today() - timedelta(days=DAYS + 1)
        words = ["simulate", *WORLD, "--start", self.first, "--mappings", ROOT / "deploy/sources", "--out", self.folder / "world"]
        subprocess.run([self.binary, *map(str, words)], check=True, cwd=ROOT, capture_output=True)

    def configure(self):
        sources = (self.folder / "world/holdfast.toml").read_text()
        self.config.write_text(
            f"""# Written by deploy/demo: the site whose agents wear out and leave. `holdfast config show` explains every value.
[kafka]
brokers = "{self.env['HOLDFAST__KAFKA__BROKERS']}"
prefix = "demo.{self.run_name}.people."
session_timeout_ms = 10000

[clickhouse]
url = "{self.env['HOLDFAST__CLICKHOUSE__URL']}"
database = "{self.database}"

[pipeline]
partitions = 2

[privacy]
key_file = "{self.folder.parent / 'pseudonym.key'}"

[board]
listen = "127.0.0.1:0"

[care]
alertmanager = "{self.env['HOLDFAST_ALERTMANAGER_URL']}"
interval_s = 5

{sources}"""
        )
        self.holdfast("topics", "--create")
        self.holdfast("warehouse", "migrate")

    def bring_in(self):
        """Every stage, and the commands that the simulator wrote beside the world."""
        pages = self.folder / "pages.address"
        # Its first turn of scoring finds no day, and the next one would come tomorrow: the days are scored below, once all of them are there.
        self.process = self.spawn("run", "--prepare", "false", "--set", "attrition.score_every_s=86400", "--address-file", pages)
        commands = [line.split() for line in (self.folder / "world/import.sh").read_text().splitlines() if line.startswith("$holdfast ")]
        for _, *words, file in commands:
            self.holdfast(*words, self.folder / "world" / file)
        self.say(f"early warning: {DAYS} days of site {SITE} are in Kafka")
        self.holdfast("lag", "--wait", "300")
        self.address = pages.read_text().strip()

    def warn(self):
        """Scores the days that are closed, and reads back what Alertmanager was told."""
        self.say(f"early warning: forming and scoring the days of site {SITE}")
        since = self.first + timedelta(days=DAYS - TOLD_DAYS)
        self.holdfast("run", "signals", "--once", "--prepare", "false", "--since", since, "--set", "kafka.instance=once")
        due = len(json.loads(self.holdfast("signals", "alerts", "--dry-run")))
        if due == 0:
            raise RuntimeError("no warning was opened")
        while not self.stopping.wait(0.3):
            if self.process.poll() is not None:
                raise RuntimeError(f"the site's process ended; see {self.folder / 'holdfast.log'}")
            self.alerts = [alert for alert in self.received() if alert["labels"].get("site") == SITE]
            if len(self.alerts) == due:
                break

    def received(self):
        """The alerts of the early warning that fire, by Alertmanager's own word."""
        query = urllib.parse.urlencode({"active": "true", "filter": 'alertname="HoldfastAttritionSignal"'})
        with urllib.request.urlopen(f"{self.env['HOLDFAST_ALERTMANAGER_URL']}/api/v2/alerts?{query}", timeout=5) as answer:
            return json.load(answer)

    def audit(self):
        """The audit's last word on the site."""
        done = subprocess.run([self.binary, "--config", self.config, "--log", "warn", "audit"], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()]

    def show(self):
        """What the leader of whom most is waiting sees, and what comes next."""
        leader = self.busiest_leader()
        program = f"{self.binary} --config {self.config}"
        own = f"--as leader:{leader} {' '.join(PURPOSE)}"
        listed = self.holdfast("signals", "list", "--as", f"leader:{leader}", *PURPOSE).strip()
        signal_id = json.loads(self.holdfast("signals", "list", "--as", f"leader:{leader}", *PURPOSE, "--json"))["signals"][0]["signal"]
        url = self.env["HOLDFAST_ALERTMANAGER_URL"]
        print(f"  Alertmanager has {len(self.alerts)} alerts of site {SITE}: {url}/#/alerts?filter=%7Balertname%3D%22HoldfastAttritionSignal%22%7D")
        print("  An alert says that a talk is due in a team, and names nobody. Its leader asks who it is:")
        print(f"\n  $ holdfast signals list {own}\n")
        print("\n".join(f"    {line}" for line in listed.splitlines()))
        print("\n  and goes on, each look written down (reasons are shown once the leader has said what the leader saw):\n")
        for words in (f"acknowledge {signal_id} {own} --saw 'two late starts'", f"show {signal_id} {own}", f"talk {signal_id} {own} --note 'the last bus'"):
            print(f"    {program} signals {words}")
        print(f"\n  counts of teams: http://{self.address}/metrics (holdfast_attrition_…); dashboard for Grafana: deploy/grafana/dashboards/care.json")
        print(f"  database {self.database}_attrition; docs/attrition.md says how it decides, docs/attrition-privacy.md who sees what")

    def busiest_leader(self):
        """Who leads the team of most alerts; of several the first."""
        teams = [alert["labels"].get("team", "") for alert in self.alerts]
        team = min(set(teams), key=lambda one: (-teams.count(one), one))
        rows = (line.split(",") for line in (self.folder / "world/reference/team.csv").read_text().splitlines())
        return next(row[-1] for row in rows if row[0] == team)
