"""Installs what is missing: Java, Kafka's jars, the Python environment of the ClickHouse front, Prometheus and Alertmanager.

Everything but Java and Maven goes into one cache folder that all stacks share; nothing is started, no system service is added.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("HOLDFAST_CACHE") or Path.home() / ".cache" / "holdfast").expanduser().resolve()


def say(text: str) -> None:
    """One line of progress."""
    print(f"stack: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    """Ends the script with a reason."""
    raise SystemExit(f"stack: {text}")


def install(names: list[str]) -> None:
    """Installs what the named parts need. One installation at a time; a half-finished one is redone."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with _locked(CACHE / ".lock"):
        if "kafka" in names:
            _java()
            jars()
        if "clickhouse" in names:
            _venv()
            python()
        for name in ("prometheus", "alertmanager"):
            if name in names:
                binary(name)


def jars() -> Path:
    """The folder of Kafka's jars."""
    pom = HERE / "kafka" / "pom.xml"
    return _once("kafka", pom, lambda folder: _copy_jars(pom, folder))


def python() -> Path:
    """The Python that has the engine."""
    requirements = HERE / "front" / "requirements.txt"
    return _once("python", requirements, lambda folder: _make_environment(requirements, folder)) / "bin" / "python"


def binary(name: str) -> str:
    """The path of `prometheus` or `alertmanager`, from PATH or unpacked from Debian's package."""
    command = {"prometheus": "prometheus", "alertmanager": "prometheus-alertmanager", "amtool": "amtool", "promtool": "promtool"}[name]
    found = shutil.which(command) or (shutil.which("alertmanager") if name == "alertmanager" else None)
    if found:
        return found
    package = "prometheus-alertmanager" if name in ("alertmanager", "amtool") else "prometheus"
    folder = _once(package, None, lambda target: _unpack(package, target))
    if name == "alertmanager":
        _place_templates(folder)
    return str(folder / "usr" / "bin" / command)


# Debian's build of Alertmanager reads its default templates from here and nowhere else.
TEMPLATES = Path("/usr/share/prometheus/alertmanager")


def _place_templates(folder: Path) -> None:
    """Puts the templates of an unpacked Alertmanager where it looks for them."""
    if (TEMPLATES / "default.tmpl").exists():
        return
    say(f"copying Alertmanager's templates to {TEMPLATES} …")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    _run(*as_root, "mkdir", "-p", str(TEMPLATES.parent))
    _run(*as_root, "cp", "-r", str(folder) + str(TEMPLATES), str(TEMPLATES.parent))


def _once(name: str, source: Path | None, make) -> Path:
    """`CACHE/name-hash`, made by `make` unless it is complete already; the hash changes with the list of what it holds."""
    text = source.read_bytes() if source else b""
    key = hashlib.sha256(text + sys.version.encode() * (name == "python")).hexdigest()[:10]
    folder = CACHE / f"{name}-{key}"
    complete = folder / ".complete"
    if not complete.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        complete.touch()
    return folder


def _copy_jars(pom: Path, folder: Path) -> None:
    say("fetching Kafka's jars with Maven …")
    # Maven writes next to the pom, so it works on a copy.
    shutil.copy(pom, folder / "pom.xml")
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    _run("mvn", "-q", "-B", "-f", str(folder / "pom.xml"), copy, f"-DoutputDirectory={folder}", "-DincludeScope=runtime")
    if not list(folder.glob("kafka_2.13-*.jar")):
        fail(f"Maven ended well but {folder} has no kafka_2.13 jar; see `mvn -f {pom} {copy}`.")


def _make_environment(requirements: Path, folder: Path) -> None:
    say("making the Python environment of the ClickHouse front (about 600 MB) …")
    _run(sys.executable, "-m", "venv", str(folder))
    _run(str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--no-deps", "-r", str(requirements))


def _unpack(package: str, folder: Path) -> None:
    say(f"unpacking Debian's {package} …")
    if subprocess.run(["apt-cache", "show", package], capture_output=True).returncode:
        _apt("update", "-qq")
    _run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package, cwd=folder)
    for archive in folder.glob("*.deb"):
        _run("dpkg-deb", "-x", str(archive), str(folder))
        archive.unlink()


def _java() -> None:
    wanted = [package for command, package in (("java", "openjdk-17-jre-headless"), ("mvn", "maven")) if not shutil.which(command)]
    if wanted:
        say(f"installing {' and '.join(wanted)} …")
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "--no-install-recommends", *wanted)


def _venv() -> None:
    # Debian's Python comes without the module that puts pip into a virtual environment.
    if not importlib.util.find_spec("ensurepip"):
        say("installing python3-venv …")
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "--no-install-recommends", "python3-venv")


def _apt(*arguments: str) -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    _run(*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments)


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError:
        fail(f"there is no {command[0]} on this machine; install it and run this again.")
    if done.returncode:
        fail(f"`{' '.join(command)}` failed:\n{done.stdout[-3000:]}")


@contextmanager
def _locked(path: Path):
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another stack to finish installing …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
