"""Rules, their unit tests and the example configurations, checked by Prometheus' and Alertmanager's own tools."""

import pathlib
import re
import shutil
import subprocess
import unittest

import server

FOLDER = server.ROOT / "deploy" / "prometheus"
TESTS = sorted((FOLDER / "tests").glob("*.test.yml"))


def run(*command):
    done = subprocess.run([str(part) for part in command], cwd=FOLDER, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@unittest.skipIf(server.missing_tools(), f"not on this machine: {server.missing_tools()}; apt-get install prometheus")
class Rules(unittest.TestCase):
    def test_rules_are_valid(self):
        code, said = run("promtool", "check", "rules", "--lint=all", "holdfast.rules.yml")
        self.assertEqual(code, 0, said)

    def test_unit_tests_of_the_rules(self):
        code, said = run("promtool", "test", "rules", *TESTS)
        self.assertEqual(code, 0, said)

    def test_example_configuration(self):
        code, said = run("promtool", "check", "config", "prometheus.example.yml")
        self.assertEqual(code, 0, said)

    def test_every_alert_says_what_to_do_and_is_tested(self):
        tests = "".join(path.read_text() for path in TESTS)
        uids = "".join(path.read_text() for path in (server.ROOT / "deploy/grafana/dashboards").glob("*.json"))
        with server.Prometheus() as prometheus:
            rules = prometheus.rules()
        alerts = [rule for rule in rules if rule["type"] == "alerting"]
        self.assertGreater(len(alerts), 9)
        for alert in alerts:
            name, notes = alert["name"], alert["annotations"]
            self.assertRegex(name, r"^Holdfast[A-Z][A-Za-z]+$")
            self.assertIn(alert["labels"]["severity"], ("critical", "warning", "info"), name)
            self.assertNotIn("{{", notes["summary"], f"{name}: the summary is a fixed sentence")
            self.assertIn("{{", notes["description"], f"{name}: the description has the numbers")
            runbook = server.ROOT / notes["runbook_url"]
            self.assertEqual(notes["runbook_url"], f"docs/runbooks/{name}.md")
            self.assertTrue(runbook.is_file() and runbook.read_text().startswith(f"# {name}\n"), f"{name}: {runbook} is missing")
            self.assertIn(f'"uid": "{notes["dashboard_url"].removeprefix("/d/")}"', uids, name)
            self.assertIn(name, tests, f"{name}: no unit test names it")
        self.assertEqual({path.stem for path in (server.ROOT / "docs/runbooks").glob("Holdfast*.md")}, {alert["name"] for alert in alerts}, "one runbook per alert")

    def test_recording_rules_are_named_by_level_metric_operation(self):
        names = re.findall(r"record: (\S+)", (FOLDER / "holdfast.rules.yml").read_text())
        self.assertTrue(names)
        for name in names:
            self.assertRegex(name, r"^[a-z_]+:holdfast_[a-z0-9_]+:[a-z0-9_]+$")


@unittest.skipIf(shutil.which("amtool") is None, "not on this machine: amtool; apt-get install prometheus-alertmanager")
class Alertmanager(unittest.TestCase):
    def test_example_configuration(self):
        code, said = run("amtool", "check-config", "alertmanager.example.yml")
        self.assertEqual(code, 0, said)

    def test_routes(self):
        for labels, receiver in (
            (["alertname=HoldfastServiceLevelLow", "severity=warning", "queue=sales"], "floor"),
            (["alertname=HoldfastOccupancyHigh", "severity=warning", "team=red"], "floor"),
            (["alertname=HoldfastStageDown", "severity=critical", "stage=contacts"], "operators"),
            (["alertname=HoldfastAttritionSignal", "tenant=default", "site=north", "team=red", "tier=urgent"], "human-resources-partner,leader-of-red"),
            (["alertname=HoldfastAttritionSignal", "tenant=default", "site=north", "team=red", "tier=concern"], "leader-of-red"),
            (["alertname=HoldfastAttritionSignal", "tenant=default", "team=without", "tier=urgent"], "human-resources-partner,human-resources"),
            (["alertname=HoldfastAttritionSignal", "tenant=default", "team=without", "tier=concern"], "human-resources"),
            (["alertname=HoldfastObjectionOverdue", "severity=warning", "audience=human-resources", "tenant=default"], "human-resources-partner"),
            (["alertname=HoldfastRetentionNotRun", "severity=warning"], "operators"),
            (["alertname=HoldfastSignalUnanswered", "severity=info", "team=red"], "human-resources"),
            (["alertname=HoldfastFollowUpsOverdue", "severity=info", "audience=leader", "tenant=default", "team=red"], "leader-of-red"),
            (["alertname=HoldfastFollowUpsOverdue", "severity=info", "audience=leader", "tenant=default", "team=without"], "human-resources"),
            (["alertname=HoldfastGroove", "severity=info", "audience=kpi-owner", "tenant=default", "team=red"], "kpi-owner"),
            (["alertname=HoldfastDeadLettersPresent", "severity=info"], "journal"),
        ):
            code, said = run("amtool", "config", "routes", "test", "--config.file=alertmanager.example.yml", f"--verify.receivers={receiver}", *labels)
            self.assertEqual(code, 0, f"{labels}: {said}")


if __name__ == "__main__":
    unittest.main()
