"""What the machine is, and what processes on it have used."""

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path


def say(text: str) -> None:
    """One line of progress, for people."""
    print(f"bench {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_mb(pid: int) -> float:
    """Peak resident memory of a process."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def busy_seconds() -> float:
    """CPU time that the whole machine has spent on anything, all cores together."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def describe() -> dict:
    """Cores, model, memory, kernel."""
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1))
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr.splitlines()
    return {
        "cores": os.cpu_count(),
        "model": model.group(1) if model else platform.processor(),
        "memory_gib": round(memory / 1024 / 1024, 1),
        "kernel": platform.release(),
        "java": java[0] if java else "none",
    }


def wait_until_idle(limit_s: float = 120.0, free_cores: float = 1.6) -> float:
    """Waits until most of the machine has been idle for two seconds, or the limit is reached. Returns how many cores were free at last."""
    begun, free = time.monotonic(), 0.0
    while True:
        before, at = busy_seconds(), time.monotonic()
        time.sleep(2)
        free = os.cpu_count() - (busy_seconds() - before) / (time.monotonic() - at)
        waited = time.monotonic() - begun
        if free >= free_cores or waited > limit_s:
            if waited > 10:
                say(f"waited {waited:.0f} s for a quiet machine; {free:.1f} of {os.cpu_count()} cores are free")
            return round(free, 2)
