#!/usr/bin/env python3
"""Serves ClickHouse's HTTP interface over the chDB engine.

    clickhouse_front.py --data DIR --port 8123 [--config DIR] [--faults]

Run it with the Python of the virtual environment that `deploy/local/stack up` makes.
"""

import argparse
import logging
import os
import signal
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from front.engine import Engine  # noqa: E402
from front.faults import Faults  # noqa: E402
from front.server import Server  # noqa: E402


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of the tables; one process at a time")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--config", help="folder of the engine's configuration, users and roles (default: config beside the data)")
    parser.add_argument("--max-body-bytes", type=int, default=4 << 30)
    parser.add_argument("--faults", action="store_true", help="let POST /_fault inject faults (tests only)")
    return parser.parse_args()


def main() -> None:
    """Serves until SIGTERM or SIGINT."""
    options = arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    data = os.path.abspath(options.data)
    engine = Engine(data, os.path.abspath(options.config or os.path.join(os.path.dirname(data), "config")))
    server = Server((options.host, options.port), engine, options.max_body_bytes, Faults() if options.faults else None)

    def stop(_signal, _frame):
        # shutdown() waits for serve_forever, which this very thread runs.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logging.info("chDB %s serves %s on http://%s:%d", engine.version, options.data, options.host, options.port)
    server.serve_forever(poll_interval=0.1)
    engine.close()


if __name__ == "__main__":
    main()
