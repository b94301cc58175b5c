"""The faults that tests can switch on in the ClickHouse front."""

import http.client
import json
import unittest

from support import Stack


def setUpModule():
    global stack, clickhouse
    stack = Stack(HOLDFAST_FAULTS="1")
    stack.run("up", "--only", "clickhouse")
    clickhouse = stack.clickhouse()


def tearDownModule():
    stack.close()


def fault(**fields) -> None:
    answer = clickhouse.request("POST", "/_fault", json.dumps(fields))
    assert answer.status == 200, answer.text


class Faults(unittest.TestCase):
    def setUp(self):
        clickhouse.request("DELETE", "/_fault")
        clickhouse.run("CREATE OR REPLACE TABLE t (x UInt32) ENGINE = MergeTree ORDER BY x")

    def insert(self, data: str = "1\n"):
        return clickhouse.post(data, query="INSERT INTO t FORMAT CSV")

    def count(self) -> str:
        return clickhouse.run("SELECT count() FROM t")

    def test_an_error_meets_so_many_requests_that_match(self):
        fault(mode="error", code=252, name="TOO_MANY_PARTS", count=2, match="insert into t")
        self.assertEqual(self.count(), "0")
        self.assertEqual([self.insert().code for _ in range(3)], ["252", "252", None])
        self.assertEqual(self.count(), "1")
        self.assertEqual(json.loads(clickhouse.request("GET", "/_fault").body)["faults"], [])

    def test_down_answers_nobody_until_it_is_cleared(self):
        fault(mode="down")
        for path in ("/ping", "/?query=SELECT%201"):
            with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
                clickhouse.request("GET", path)
        clickhouse.request("DELETE", "/_fault")
        self.assertEqual(clickhouse.request("GET", "/ping").status, 200)

    def test_write_then_error_has_written(self):
        fault(mode="write_then_error", count=1)
        self.assertEqual(self.insert().status, 408)
        fault(mode="write_then_error", count=1, close=True)
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
            self.insert()
        self.assertEqual(self.count(), "2")

    def test_a_request_cut_on_its_way_has_written_nothing(self):
        fault(mode="cut_after_bytes", bytes=3, count=1)
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
            self.insert("1\n2\n3\n")
        self.assertEqual(self.count(), "0")

    def test_an_answer_can_be_cut(self):
        fault(mode="cut_after_bytes", side="response", bytes=4, count=1)
        with self.assertRaises(http.client.IncompleteRead) as caught:
            clickhouse.run("SELECT * FROM numbers(10)")
        self.assertEqual(caught.exception.partial, b"0\n1\n")

    def test_an_exception_can_follow_the_data(self):
        fault(mode="exception_in_body", count=1, code=241, name="MEMORY_LIMIT_EXCEEDED")
        self.assertRegex(clickhouse.run("SELECT 7"), r"^7\nCode: 241\. DB::Exception: .*\(MEMORY_LIMIT_EXCEEDED\)")

    def test_a_wrong_fault_is_refused(self):
        for body in ('{"mode": "explode"}', '{"mood": "down"}', "{"):
            self.assertEqual(clickhouse.request("POST", "/_fault", body).status, 400)

    def test_without_the_switch_there_are_no_faults(self):
        stack.options["HOLDFAST_FAULTS"] = "0"
        self.addCleanup(stack.options.update, HOLDFAST_FAULTS="1")
        stack.run("restart", "clickhouse")
        self.addCleanup(stack.run, "restart", "clickhouse")
        self.addCleanup(stack.options.update, HOLDFAST_FAULTS="1")
        self.assertEqual(clickhouse.request("GET", "/_fault").status, 404)
        self.assertEqual(clickhouse.request("POST", "/_fault", '{"mode": "down"}').code, "62")
        self.assertEqual(clickhouse.request("GET", "/ping").status, 200)


if __name__ == "__main__":
    unittest.main()
