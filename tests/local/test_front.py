"""The protocol of the ClickHouse front: what a client of ClickHouse's HTTP interface relies on."""

import gzip
import struct
import threading
import unittest

from support import Stack


def setUpModule():
    global stack, clickhouse
    stack = Stack(HOLDFAST_FAULTS="0")
    stack.run("up", "--only", "clickhouse")
    clickhouse = stack.clickhouse()


def tearDownModule():
    stack.close()


def table(columns: str = "x UInt32, s String") -> None:
    clickhouse.run(f"CREATE OR REPLACE TABLE t ({columns}) ENGINE = MergeTree ORDER BY x")


def rows() -> str:
    return clickhouse.run("SELECT * FROM t ORDER BY x FORMAT CSV")


class Statements(unittest.TestCase):
    def test_ping_answers_ok(self):
        self.assertEqual(clickhouse.request("GET", "/ping").body, b"Ok.\n")

    def test_errors_carry_clickhouses_code_status_and_name(self):
        table()
        cases = [
            ("SELECT * FROM missing", {}, 404, 60, "UNKNOWN_TABLE"),
            ("SELECT 1", {"database": "missing"}, 404, 81, "UNKNOWN_DATABASE"),
            ("SELECT 1", {"no_such_setting": "1"}, 404, 115, "UNKNOWN_SETTING"),
            ("SELECT no_such_column FROM t", {}, 404, 47, "UNKNOWN_IDENTIFIER"),
            ("SELEC 1", {}, 400, 62, "SYNTAX_ERROR"),
            ("SELECT 1; SELECT 2", {}, 400, 62, "SYNTAX_ERROR"),
            ("", {}, 400, 62, "SYNTAX_ERROR"),
            ("SELECT throwIf(1)", {}, 500, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
            ("INSERT INTO t FORMAT CSV\nbad,1", {}, 400, 27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED"),
            ("INSERT INTO t FORMAT Nonsense\n1", {}, 404, 73, "UNKNOWN_FORMAT"),
        ]
        for sql, parameters, status, code, name in cases:
            with self.subTest(sql=sql, parameters=parameters):
                answer = clickhouse.post(sql, **parameters)
                self.assertEqual((answer.status, answer.code), (status, str(code)))
                self.assertRegex(answer.text, rf"^Code: {code}\. DB::Exception: (?s:.*) \({name}\) \(version [0-9.]+ \(official build\)\)$")
                self.assertNotIn(str(stack.folder), answer.text)

    def test_a_wrong_password_is_refused_before_the_body_is_read(self):
        answer = clickhouse.post(b"x" * 3_000_000, {"X-ClickHouse-User": "nobody"}, query="INSERT INTO t FORMAT CSV")
        self.assertEqual((answer.status, answer.code), (403, "516"))

    def test_get_is_read_only(self):
        table()
        self.assertEqual(clickhouse.request("GET", "/?query=SELECT%201").text, "1")
        self.assertEqual(clickhouse.request("GET", "/?query=DROP%20TABLE%20t").code, "164")

    def test_parameters_are_values_and_never_sql(self):
        sql = "SELECT {n:UInt32} + 1, {s:String}, count() FROM {table:Identifier}"
        self.assertEqual(clickhouse.run(sql, param_n=5, param_s="a' OR 1", param_table="one", database="system"), "6\ta\\' OR 1\t1")

    def test_parameters_come_in_a_form_as_well(self):
        form = b'--B\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT {n:UInt8}\r\n'
        form += b'--B\r\nContent-Disposition: form-data; name="param_n"\r\n\r\n7\r\n--B--\r\n'
        self.assertEqual(clickhouse.post(form, {"Content-Type": "multipart/form-data; boundary=B"}).text, "7")

    def test_database_and_settings_hold_for_one_request(self):
        clickhouse.run("CREATE DATABASE IF NOT EXISTS other")
        sql = "SELECT currentDatabase(), getSetting('max_threads')"
        before = clickhouse.run(sql)
        self.assertEqual(clickhouse.run(sql, database="other", max_threads="1"), "other\t1")
        self.assertEqual(clickhouse.run(sql), before)

    def test_a_session_keeps_its_temporary_table(self):
        clickhouse.run("CREATE TEMPORARY TABLE mine (x UInt8)", session_id="a")
        self.assertEqual(clickhouse.run("SELECT count() FROM mine", session_id="a"), "0")
        self.assertEqual(clickhouse.post("SELECT count() FROM mine", session_id="b").code, "60")
        self.assertEqual(clickhouse.post("SELECT 1", session_id="c", session_check="1").code, "372")

    def test_the_answer_says_format_counts_and_query_id(self):
        answer = clickhouse.post("SELECT 1 AS a FORMAT JSONEachRow", query_id="mine")
        self.assertEqual(answer.headers["X-ClickHouse-Format"], "JSONEachRow")
        self.assertEqual(answer.headers["X-ClickHouse-Query-Id"], "mine")
        self.assertEqual(answer.headers["X-ClickHouse-Timezone"], clickhouse.run("SELECT timezone()"))
        self.assertIn('"result_rows":"1"', answer.headers["X-ClickHouse-Summary"])
        self.assertEqual(clickhouse.post("SELECT 1 AS a", {"X-ClickHouse-Format": "JSONCompactEachRow"}).text, "[1]")


class Inserts(unittest.TestCase):
    def test_every_way_to_send_rows(self):
        binary = b"".join(struct.pack("<IB1s", x, 1, b"\n") for x in (10, 13))
        ways = {
            "values": ("INSERT INTO t VALUES (1, 'a'), (2, lower('B'));", {}, {}, '1,"a"\n2,"b"'),
            "format in the body": ("INSERT INTO t (x, s) FORMAT CSV\n1,a\n", {}, {}, '1,"a"'),
            "format word in the data": ('INSERT INTO t FORMAT JSONEachRow {"x": 1, "s": "FORMAT SELECT"}', {}, {}, '1,"FORMAT SELECT"'),
            "settings in the statement": ("INSERT INTO t SETTINGS async_insert = 0 VALUES (1, 'a')", {}, {}, '1,"a"'),
            "query in the URL": ("1,a", {}, {"query": "INSERT INTO t FORMAT CSV"}, '1,"a"'),
            "binary after the query": (b"INSERT INTO t FORMAT RowBinary\n" + binary, {}, {}, '10,"\n"\n13,"\n"'),
            "gzip": (gzip.compress(b"1,a"), {"Content-Encoding": "gzip"}, {"query": "INSERT INTO t FORMAT CSV"}, '1,"a"'),
            "chunks": (iter([b"1,", b"a\n2", b",b\n"]), {}, {"query": "INSERT INTO t FORMAT CSV"}, '1,"a"\n2,"b"'),
            "select": ("INSERT INTO t SELECT 1, 'a'", {}, {}, '1,"a"'),
            "no rows": ("", {}, {"query": "INSERT INTO t FORMAT CSV"}, ""),
        }
        for name, (body, headers, parameters, expected) in ways.items():
            with self.subTest(name):
                table()
                answer = clickhouse.post(body, headers, **parameters)
                self.assertEqual((answer.status, answer.text), (200, ""))
                self.assertEqual(rows(), expected)

    def test_a_body_that_breaks_off_inserts_nothing(self):
        table()

        def breaking():
            yield b"1,a\n"
            raise ConnectionError

        with self.assertRaises(ConnectionError):
            clickhouse.post(breaking(), query="INSERT INTO t FORMAT CSV")
        self.assertEqual(rows(), "")

    def test_one_bad_row_refuses_the_whole_insert(self):
        table()
        self.assertEqual(clickhouse.post("1,a\n2,b\nbad,c\n", query="INSERT INTO t FORMAT CSV").status, 400)
        self.assertEqual(rows(), "")

    def test_half_a_million_rows_arrive(self):
        table()
        data = b"".join(struct.pack("<IB1s", x, 1, b"s") for x in range(500_000))
        answer = clickhouse.post(data, query="INSERT INTO t FORMAT RowBinary")
        self.assertIn('"written_rows":"500000"', answer.headers["X-ClickHouse-Summary"])
        self.assertEqual(clickhouse.run("SELECT count(), sum(x) FROM t"), f"500000\t{sum(range(500_000))}")


class Compression(unittest.TestCase):
    # Written by the official `clickhouse` crate, version 0.15.3, for the two CSV rows below.
    FRAME = bytes.fromhex(
        "b847d886031c5197e2ca4555a0157b84821f000000560000003f312c610100144f0a322c6201000f6062626262620a"
    )

    def test_a_frame_of_the_official_crate_is_read(self):
        table()
        self.assertEqual(clickhouse.post(self.FRAME, query="INSERT INTO t FORMAT CSV", decompress="1").status, 200)
        self.assertEqual(rows(), '1,"' + "a" * 40 + '"\n2,"' + "b" * 40 + '"')

    def test_a_changed_or_cut_frame_is_refused(self):
        table()
        changed = self.FRAME[:-1] + b"\x0b"
        for name, frame, code in (("changed", changed, "40"), ("cut", self.FRAME[:-3], "33"), ("short", self.FRAME[:5], "33")):
            with self.subTest(name):
                self.assertEqual(clickhouse.post(frame, query="INSERT INTO t FORMAT CSV", decompress="1").code, code)
        self.assertEqual(rows(), "")

    def test_answers_come_in_the_same_frames(self):
        answer = clickhouse.post("SELECT * FROM numbers(300000)", compress="1")
        clickhouse.run("CREATE OR REPLACE TABLE t (x UInt32) ENGINE = MergeTree ORDER BY x")
        self.assertLess(len(answer.body), 1_500_000)
        self.assertEqual(answer.body[16], 0x82)
        # The front checks the checksum of what it reads, and the test above fixes that check to the crate's.
        self.assertEqual(clickhouse.post(answer.body, query="INSERT INTO t FORMAT TSV", decompress="1").status, 200)
        self.assertEqual(clickhouse.run("SELECT count(), sum(x) FROM t"), "300000\t44999850000")

    def test_http_compression_is_used_when_both_sides_want_it(self):
        answer = clickhouse.post("SELECT 'gzip'", {"Accept-Encoding": "gzip"})
        self.assertEqual(gzip.decompress(answer.body), b"gzip\n")
        self.assertEqual(clickhouse.post("SELECT 1", {"Accept-Encoding": "gzip"}, enable_http_compression="0").text, "1")
        self.assertEqual(clickhouse.post("SELECT 1", {"Accept-Encoding": "lz4"}).headers["Content-Encoding"], "lz4")

    def test_native_with_a_protocol_version_has_block_info_and_flags(self):
        sql = "SELECT [toLowCardinality('a')] AS l, map('k', 1) AS m, 2::UInt8 AS n FORMAT Native"
        plain = clickhouse.post(sql).body
        told = clickhouse.post(sql, client_protocol_version="54460").body
        expected = b"\x01\x00\x02\xff\xff\xff\xff\x00" + plain
        for kind in (b"Array(LowCardinality(String))", b"Map(String, UInt8)", b"\x01n\x05UInt8"):
            expected = expected.replace(kind, kind + b"\x00")
        self.assertEqual(told, expected)


class Concurrency(unittest.TestCase):
    def test_a_slow_query_does_not_hold_up_a_fast_one(self):
        ended = []
        slow = threading.Thread(target=lambda: ended.append(clickhouse.run("SELECT 'slow', sleep(2)")))
        slow.start()
        ended.append(clickhouse.run("SELECT 'fast'"))
        slow.join()
        self.assertEqual(ended, ["fast", "slow\t0"])

    def test_two_databases_at_once_stay_apart(self):
        failures = []

        def work(database: str, start: int) -> None:
            try:
                clickhouse.run(f"CREATE DATABASE IF NOT EXISTS {database}")
                clickhouse.run("CREATE OR REPLACE TABLE c (x UInt32) ENGINE = MergeTree ORDER BY x", database=database)
                for step in range(40):
                    clickhouse.post(f"{start + step}\n", query="INSERT INTO c FORMAT CSV", database=database, max_threads=str(1 + start % 3))
                    seen = clickhouse.run("SELECT count(), min(x) FROM c", database=database)
                    if seen != f"{step + 1}\t{start}":
                        failures.append((database, step, seen))
            except AssertionError as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(f"d{number}", number * 1000)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Access(unittest.TestCase):
    def run_as(self, user: str, password: str, sql: str):
        return clickhouse.post(sql, {"X-ClickHouse-User": user, "X-ClickHouse-Key": password})

    def setUp(self):
        for sql in (
            "CREATE DATABASE IF NOT EXISTS open", "CREATE DATABASE IF NOT EXISTS secret",
            "CREATE OR REPLACE TABLE open.t (x UInt8, y UInt8) ENGINE = MergeTree ORDER BY x",
            "CREATE OR REPLACE TABLE secret.t (x UInt8, y UInt8) ENGINE = MergeTree ORDER BY x",
            "DROP USER IF EXISTS anna", "DROP ROLE IF EXISTS reader", "CREATE ROLE reader", "GRANT SELECT ON open.* TO reader",
            "CREATE USER anna IDENTIFIED BY 'it\\'s' SETTINGS max_threads = 1", "GRANT reader TO anna", "GRANT SELECT(x) ON secret.t TO anna",
        ):  # fmt: skip
            clickhouse.run(sql)

    def test_a_user_has_only_what_was_granted(self):
        cases = [("SELECT count() FROM open.t", None), ("SELECT x FROM secret.t", None), ("SELECT y FROM secret.t", "497")]
        cases += [("INSERT INTO open.t FORMAT CSV\n1,1", "497"), ("DROP TABLE open.t", "497"), ("CREATE ROLE more", "497")]
        cases += [("GRANT SELECT ON secret.* TO reader", "497"), ("SET ROLE all_rights", "512"), ("SELECT * FROM file('/etc/passwd')", "497")]
        for sql, code in cases:
            with self.subTest(sql):
                self.assertEqual(self.run_as("anna", "it's", sql).code, code)

    def test_a_role_in_the_url_must_be_granted(self):
        headers = {"X-ClickHouse-User": "anna", "X-ClickHouse-Key": "it's"}
        self.assertEqual(clickhouse.post("SELECT count() FROM open.t", headers, role="reader").status, 200)
        self.assertEqual(clickhouse.post("SELECT 1", headers, role="all_rights").code, "512")
        self.assertEqual(clickhouse.post("SELECT y FROM secret.t", role="reader").code, "497")

    def test_a_wrong_password_is_refused(self):
        self.assertEqual(self.run_as("anna", "its", "SELECT 1").status, 403)

    def test_the_users_settings_hold(self):
        self.assertEqual(self.run_as("anna", "it's", "SELECT getSetting('max_threads')").text, "1")

    def test_grants_change_at_once_and_survive_a_restart(self):
        clickhouse.run("GRANT INSERT ON open.t TO reader")
        stack.run("kill", "clickhouse")
        stack.run("start", "clickhouse")
        self.assertEqual(self.run_as("anna", "it's", "INSERT INTO open.t FORMAT CSV\n1,1").status, 200)
        clickhouse.run("REVOKE reader FROM anna")
        self.assertEqual(self.run_as("anna", "it's", "SELECT count() FROM open.t").code, "497")

    def test_a_row_policy_shows_a_role_its_rows_and_nobody_else_fewer(self):
        clickhouse.run("INSERT INTO open.t VALUES (1, 1), (2, 2), (3, 3)")
        for sql in (
            "DROP ROW POLICY IF EXISTS few ON open.t", "DROP ROW POLICY IF EXISTS more ON open.t", "DROP USER IF EXISTS otto", "DROP ROLE IF EXISTS other",
            "CREATE ROLE other", "GRANT SELECT ON open.* TO other", "CREATE USER otto IDENTIFIED BY 'o'", "GRANT other TO otto",
            "CREATE OR REPLACE TABLE open.shown (x UInt8) ENGINE = MergeTree ORDER BY x", "INSERT INTO open.shown VALUES (1)",
            "CREATE ROW POLICY few ON open.t FOR SELECT USING x IN (SELECT s.x FROM open.shown AS s) TO reader",
        ):  # fmt: skip
            clickhouse.run(sql)
        seen = lambda user, password: self.run_as(user, password, "SELECT groupArray(x) FROM (SELECT x FROM open.t ORDER BY x)").text
        self.assertEqual([seen("anna", "it's"), seen("otto", "o"), seen("default", "")], ["[1]", "[1,2,3]", "[1,2,3]"])
        self.assertEqual(self.run_as("anna", "it's", "SELECT count() FROM open.t WHERE x > 1").text, "0")
        # What any policy of a role shows is shown, and one of a user is a user's alone.
        clickhouse.run("CREATE ROW POLICY more ON open.t USING x = 3 TO otto, reader")
        self.assertEqual([seen("anna", "it's"), seen("otto", "o")], ["[1,3]", "[3]"])
        stack.run("kill", "clickhouse")
        stack.run("start", "clickhouse")
        self.assertEqual([seen("anna", "it's"), seen("otto", "o")], ["[1,3]", "[3]"])
        clickhouse.run("DROP ROLE other")
        clickhouse.run("DROP ROW POLICY more ON open.t")
        clickhouse.run("CREATE ROW POLICY OR REPLACE few ON open.t USING y = 2 TO reader")
        self.assertEqual(seen("anna", "it's"), "[2]")
        clickhouse.run("DROP ROW POLICY few ON open.t")
        self.assertEqual(seen("anna", "it's"), "[1,2,3]")

    def test_a_row_policy_that_cannot_be_kept_is_refused(self):
        clickhouse.run("CREATE ROW POLICY IF NOT EXISTS one ON open.t USING 1 TO reader")
        cases = [("CREATE ROW POLICY one ON open.t USING 1 TO reader", "493"), ("DROP ROW POLICY two ON open.t", "523"), ("CREATE ROW POLICY two ON open.t USING 1 TO nobody", "511")]
        cases += [(f"CREATE ROW POLICY two ON open.t {rest}", "48") for rest in ("AS RESTRICTIVE USING 1 TO reader", "USING 1 TO ALL", "USING 1", "TO reader")]
        for sql, code in cases:
            with self.subTest(sql):
                self.assertEqual(clickhouse.post(sql).code, code)
        self.assertEqual(self.run_as("anna", "it's", "CREATE ROW POLICY mine ON open.t USING 1 TO reader").code, "497")
        clickhouse.run("CREATE ROW POLICY IF NOT EXISTS one ON open.t USING 0 TO reader")
        clickhouse.run("INSERT INTO open.t VALUES (7, 7)")
        self.assertEqual(self.run_as("anna", "it's", "SELECT x FROM open.t").text, "7")
        clickhouse.run("DROP ROW POLICY one ON open.t")

    def test_names_that_exist_or_do_not(self):
        self.assertEqual(clickhouse.post("CREATE ROLE reader").code, "493")
        clickhouse.run("CREATE ROLE IF NOT EXISTS reader")
        self.assertEqual(clickhouse.post("GRANT reader TO nobody").code, "511")


if __name__ == "__main__":
    unittest.main()
