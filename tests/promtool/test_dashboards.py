"""Every query of every panel runs: PromQL in a real Prometheus, SQL in a real ClickHouse.

    python3 -m unittest discover -s tests/promtool -v

SQL needs an engine with the migrated database: HOLDFAST__CLICKHOUSE__URL and HOLDFAST__CLICKHOUSE__DATABASE. Without them
these tests are skipped, and say so.
"""

import json
import os
import pathlib
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

import server

ROOT = server.ROOT
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
METRIC = re.compile(r"(?<![:\w])holdfast_[a-z0-9_]+(?![:\w])")

# What Grafana puts in for variables and macros before it asks.
PROMQL = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h", "$tenant": "acme", "$queue": "(sales|help)", "$window": "15m"}


def load(path):
    return json.loads(path.read_text())


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def promql(text):
    for name, value in PROMQL.items():
        text = text.replace(name, value)
    assert "$" not in text, f"a variable that the test does not know: {text}"
    return text


def sql(text):
    """The statement as the ClickHouse data source sends it."""
    start, end = server.START, server.START + 3600
    text = re.sub(r"\$__timeFilter\(([^)]+)\)", rf"\1 >= toDateTime({start}) AND \1 <= toDateTime({end})", text)
    text = re.sub(r"\$__timeFilter_ms\(([^)]+)\)", rf"\1 >= fromUnixTimestamp64Milli({start}000) AND \1 <= fromUnixTimestamp64Milli({end}000)", text)
    text = re.sub(r"\$__timeInterval\(([^)]+)\)", r"toStartOfInterval(toDateTime(\1), INTERVAL 900 second)", text)
    text = text.replace("$__fromTime", f"toDateTime({start})").replace("$__toTime", f"toDateTime({end})").replace("$__interval_s", "900")
    text = text.replace("${tenant:singlequote}", "'acme'").replace("${queue:singlequote}", "'sales','help'").replace("${zone:singlequote}", "'Europe/Berlin'")
    text = text.replace("${one_tenant:singlequote}", "'acme'").replace("${site:singlequote}", "'north'")
    text = text.replace("${threshold}", "20").replace("${short}", "5")
    assert "$" not in text, f"a variable or macro that the test does not know: {text}"
    return text


class Structure(unittest.TestCase):
    """What makes a dashboard fit for provisioning."""

    def test_identity(self):
        uids = [load(path)["uid"] for path in DASHBOARDS]
        self.assertEqual(len(set(uids)), len(uids), "each dashboard has its own uid")
        for path in DASHBOARDS:
            board = load(path)
            self.assertNotIn("id", board, f"{path.name}: the numeric id belongs to one Grafana only")
            self.assertTrue(board["uid"].startswith("holdfast-") and board["schemaVersion"] >= 39 and board["title"] and board["description"], path.name)
            for link in board["links"]:
                self.assertIn(link["url"].removeprefix("/d/"), uids, f"{path.name}: the link leads nowhere")

    def test_panels(self):
        for path in DASHBOARDS:
            seen, taken = set(), {}
            for panel in panels(load(path)):
                where = f"{path.name}, panel {panel['title']!r}"
                self.assertNotIn(panel["id"], seen, f"{where}: id used twice")
                seen.add(panel["id"])
                place = panel["gridPos"]
                self.assertLessEqual(place["x"] + place["w"], 24, f"{where}: wider than the page")
                for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])):
                    self.assertNotIn(cell, taken, f"{where}: lies on {taken.get(cell)}")
                    taken[cell] = panel["title"]
                if panel["type"] == "row":
                    continue
                self.assertTrue(panel.get("description"), f"{where}: no description")
                self.assertTrue(panel["fieldConfig"]["defaults"].get("unit"), f"{where}: no unit")
                for source in [panel["datasource"], *(target["datasource"] for target in panel["targets"])]:
                    self.assertIn(source["uid"], ("${prometheus}", "${clickhouse}"), f"{where}: a fixed data source")

    def test_data_sources_are_provisioned(self):
        provisioned = (ROOT / "deploy/grafana/provisioning/datasources/holdfast.yml").read_text()
        for path in DASHBOARDS:
            for variable in load(path)["templating"]["list"]:
                if variable["type"] == "datasource":
                    self.assertIn(f"uid: {variable['current']['value']}\n", provisioned, f"{path.name}: ${variable['name']}")

    def test_only_the_dashboard_of_the_care_loop_asks_for_early_warnings(self):
        """And it asks for teams, never for agents."""
        own = re.compile(r"attrition|signal|v_team_sizes|v_team_burdens|agent_days\b(?<!v_agent_days)|holdfast_leaders")
        for path in DASHBOARDS:
            queries = [json.dumps(target) for panel in panels(load(path)) for target in panel.get("targets", [])]
            for query in queries:
                if path.name == "care.json":
                    self.assertNotRegex(query, r"\bagent\b|signal_id|probability|v_signals|scores", path.name)
                else:
                    self.assertNotRegex(query, own, path.name)

    def test_metrics_exist_in_the_code(self):
        """KPI gauges are generated from the catalogue: crates/board/tests/deploy.rs looks after them."""
        code = "".join(file.read_text() for file in (ROOT / "crates").glob("*/src/**/*.rs"))
        for path in [*DASHBOARDS, server.RULES]:
            for name in sorted(set(METRIC.findall(path.read_text()))):
                base = re.sub(r"_(bucket|sum|count)$", "", name)
                if name.startswith("holdfast_queue") or not re.search(r"_(total|seconds|records|tasks|panes|up|bytes)$", base):
                    continue
                self.assertTrue(f'"{base}"' in code, f"{path.name}: no crate exports {base}")


@unittest.skipIf(server.missing_tools(), f"not on this machine: {server.missing_tools()}; apt-get install prometheus")
class PromQl(unittest.TestCase):
    """Every PromQL of every panel, annotation and variable finds something in an hour of metrics."""

    @classmethod
    def setUpClass(cls):
        cls.prometheus = server.Prometheus().__enter__()
        cls.addClassCleanup(cls.prometheus.__exit__)

    def ask(self, where, expression):
        found, error = self.prometheus.query(promql(expression), server.START + 3590)
        self.assertIsNone(error, f"{where}: {expression}: {error}")
        return found

    def test_panels(self):
        asked = 0
        for path in DASHBOARDS:
            for panel in panels(load(path)):
                for target in panel.get("targets", []):
                    if "expr" in target:
                        asked += 1
                        self.assertTrue(self.ask(f"{path.name}, {panel['title']}", target["expr"]), f"{path.name}, {panel['title']}: {target['expr']} finds nothing")
        self.assertGreater(asked, 30)

    def test_annotations_and_variables(self):
        for path in DASHBOARDS:
            board = load(path)
            for annotation in board["annotations"]["list"]:
                self.ask(f"{path.name}, annotation {annotation['name']}", annotation["expr"])
            for variable in board["templating"]["list"]:
                if variable["type"] == "query":
                    selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()
                    found = self.ask(f"{path.name}, ${variable['name']}", selector)
                    self.assertTrue(found and all(label in one["metric"] for one in found), f"{path.name}: ${variable['name']} has no values")


URL = os.environ.get("HOLDFAST__CLICKHOUSE__URL")
DATABASE = os.environ.get("HOLDFAST__CLICKHOUSE__DATABASE")
NO_ENGINE = "NO SQL OF ANY PANEL WAS TESTED: set HOLDFAST__CLICKHOUSE__URL and HOLDFAST__CLICKHOUSE__DATABASE (migrated by `holdfast warehouse migrate`)"


@unittest.skipUnless(URL and DATABASE, NO_ENGINE)
class Sql(unittest.TestCase):
    """Every SQL of every panel is accepted by the engine, over the views as they are."""

    def test_panels(self):
        asked = 0
        for path in DASHBOARDS:
            for panel in panels(load(path)):
                for target in panel.get("targets", []):
                    if "rawSql" in target:
                        asked += 1
                        with self.subTest(dashboard=path.name, panel=panel["title"]):
                            # In production the data source of the care loop has a database with the same views and nothing else.
                            self.run_statement(sql(target["rawSql"]), DATABASE + ("_attrition" if path.name == "care.json" else ""))
        self.assertGreater(asked, 5)

    def run_statement(self, statement, database):
        headers = {"X-ClickHouse-User": os.environ.get("HOLDFAST__CLICKHOUSE__USER", "default"), "X-ClickHouse-Key": os.environ.get("HOLDFAST__CLICKHOUSE__PASSWORD", "")}
        address = f"{URL.rstrip('/')}/?" + urllib.parse.urlencode({"database": database, "default_format": "JSON"})
        request = urllib.request.Request(address, statement.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                json.load(answer)
        except urllib.error.HTTPError as error:
            self.fail(f"{error.read().decode()}\n{statement}")


if __name__ == "__main__":
    unittest.main()
