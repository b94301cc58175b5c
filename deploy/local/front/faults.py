"""Faults that tests switch on: what a failing, slow or half-dead server looks like from outside."""

import json
import threading
from dataclasses import asdict, dataclass

MODES = ("down", "error", "cut_after_bytes", "delay_ms", "write_then_error", "exception_in_body")


@dataclass
class Fault:
    """One fault and how many more requests it meets (`count` None: until it is cleared)."""

    mode: str
    count: int | None = None
    code: int = 159
    name: str = "TIMEOUT_EXCEEDED"
    bytes: int = 0
    side: str = "request"
    delay_ms: int = 0
    match: str = ""
    close: bool = False


class Faults:
    """The faults in force; each request meets at most one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.met = 0

    def set(self, body: bytes) -> str | None:
        """Adds the fault that a JSON body describes; returns what is wrong with it, if anything."""
        try:
            fault = Fault(**json.loads(body))
        except (ValueError, TypeError) as error:
            return f"cannot read the fault: {error}"
        if fault.mode not in MODES:
            return f"unknown mode {fault.mode!r}: use one of {', '.join(MODES)}"
        if fault.side not in ("request", "response"):
            return "side is 'request' or 'response'"
        with self._lock:
            self._faults.append(fault)
        return None

    def clear(self) -> None:
        """Ends every fault."""
        with self._lock:
            self._faults.clear()

    def take(self, query_text: str) -> Fault | None:
        """The fault that this request meets, counted down."""
        with self._lock:
            for fault in self._faults:
                if fault.match and fault.match.upper() not in query_text.upper():
                    continue
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count <= 0:
                        self._faults.remove(fault)
                self.met += 1
                return fault
        return None

    def describe(self) -> bytes:
        """What is in force, as JSON."""
        with self._lock:
            return (json.dumps({"met": self.met, "faults": [asdict(fault) for fault in self._faults]}) + "\n").encode()
