"""Starts, finds and ends processes by pid files that cannot be mistaken for a stranger's process."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path


def start_ticks(pid: int | str) -> int | None:
    """When the process started, in clock ticks since boot; None if it is gone or only waits to be reaped."""
    try:
        # The command's name may hold spaces and brackets, so fields are counted from its last bracket.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def boot_id() -> str:
    """Changes at every boot, when process ids start anew."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


class Process:
    """One part's process. The pid file holds pid, start time and command line; all three must fit before anything is sent to it."""

    def __init__(self, name: str, run_dir: Path, log_file: Path):
        self.name = name
        self.pid_file = run_dir / f"{name}.pid"
        self.log_file = log_file

    def pid(self) -> int | None:
        """The pid of our own running process, or None."""
        try:
            known = json.loads(self.pid_file.read_text())
            command = Path(f"/proc/{known['pid']}/cmdline").read_bytes().split(b"\0")[:-1]
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        same_start = start_ticks(known["pid"]) == known["start_ticks"] and known["boot_id"] == boot_id()
        same_command = [part.decode(errors="replace") for part in command] == known["command"]
        return known["pid"] if same_start and same_command else None

    def runs(self, command: list[str]) -> bool:
        """Whether our process runs with exactly this command line."""
        return self.pid() is not None and json.loads(self.pid_file.read_text())["command"] == command

    def start(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        """Starts the process on its own, apart from this script's terminal and signals."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | (environment or {}),
                cwd=self.pid_file.parent,
                start_new_session=True,
                # Written by the child before it becomes the command: were the script killed here, no process would be without a file.
                preexec_fn=lambda: self._write_pid_file(command),
            )

    def _write_pid_file(self, command: list[str]) -> None:
        pid = os.getpid()
        known = {"pid": pid, "start_ticks": start_ticks(pid), "boot_id": boot_id(), "command": command}
        partial = self.pid_file.with_suffix(".partial")
        partial.write_text(json.dumps(known))
        partial.rename(self.pid_file)

    def signal(self, number: signal.Signals) -> bool:
        """Sends a signal to our own process; False if it does not run."""
        pid = self.pid()
        if pid is None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def stop(self, deadline_s: float = 20) -> bool:
        """Asks the process to end, and ends it when the deadline has passed; False if it did not run."""
        if not self.signal(signal.SIGTERM):
            return False
        if not self._gone_within(deadline_s):
            self.kill()
        return True

    def kill(self) -> bool:
        """kill -9; False if it did not run."""
        was_running = self.signal(signal.SIGKILL)
        self._gone_within(10)
        return was_running

    def _gone_within(self, deadline_s: float) -> bool:
        deadline = time.monotonic() + deadline_s
        while self.pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True
