"""The front door, `python3 -m civic VERB`: makes `.venv` when it is missing, then hands over to it.

Only the standard library may be imported here. A bare Debian has a Python without pip and without
ensurepip, so there are four ways to fill `.venv`, tried from the fastest to the most patient.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

RUNNING = ROOT / "requirements.txt"
TESTING = ROOT / "requirements-test.txt"
VERBS_THAT_TEST = {"test", "lint", "fix", "shots"}

# `up` installs into an environment that `test` has filled and leaves the test packages there.
PIP_INSTALL = ("install", "--quiet", "--require-hashes", "--requirement")


class CannotSetUp(Exception):
    """One sentence for the person in front of the terminal."""


def main(arguments: list[str]) -> None:
    """Make sure that the environment is there, be inside it, and run the verb."""
    try:
        set_up(requirements_for(arguments))
    except CannotSetUp as problem:
        sys.exit(f"civic: {problem}")
    if Path(sys.prefix).resolve() != VENV.resolve():
        hand_over(arguments)

    from civic.cli import cli

    cli(prog_name="python3 -m civic")


def requirements_for(arguments: list[str]) -> Path:
    """The list of packages that the verb needs: checks need more than running does."""
    return TESTING if VERBS_THAT_TEST.intersection(arguments[:1]) else RUNNING


def hand_over(arguments: list[str]) -> NoReturn:
    """Become the environment's own Python; nothing of this process stays."""
    os.execv(PYTHON, [str(PYTHON), "-m", "civic", *arguments])  # noqa: S606 - there is no shell


def set_up(requirements: Path) -> None:
    """Install what `requirements` pins, unless the stamp says that it is there already."""
    if sys.version_info < (3, 11):  # noqa: UP036 - older ones get this far and deserve a sentence
        raise CannotSetUp("needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    with requirements.open("rb") as pins:
        fcntl.flock(pins, fcntl.LOCK_EX)  # a second terminal waits instead of installing as well
        if is_set_up(requirements):
            return
        started = time.monotonic()
        install = way_to_install()
        print("Installing the packages into .venv (once) …", flush=True)
        install(requirements)
        write_console_script()
        stamp_of(requirements).write_text(digest_of(requirements))
        print(f"Packages ready after {time.monotonic() - started:.1f} s.", flush=True)


def is_set_up(requirements: Path) -> bool:
    """Whether `.venv` runs and holds exactly these pins."""
    stamp = stamp_of(requirements)
    is_stamped = stamp.exists() and stamp.read_text() == digest_of(requirements)
    return is_stamped and os.access(PYTHON, os.X_OK)


def stamp_of(requirements: Path) -> Path:
    """The file that remembers which version of `requirements` was installed."""
    return VENV / f".installed-{requirements.stem}"


def digest_of(requirements: Path) -> str:
    """A fingerprint of the pins."""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


# ── ways to install, from the fastest to the most patient ─────────────────────────────────────


def way_to_install() -> Callable[[Path], None]:
    """The fastest way that this machine offers."""
    if shutil.which("uv"):
        return install_with_uv
    if python_has("ensurepip"):
        return install_with_venv
    if python_has("pip"):
        return install_with_outer_pip
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return install_with_debian
    raise CannotSetUp(
        "this Python cannot make environments yet. Run this once, then try again:\n"
        "    sudo apt-get install --yes python3-venv"
    )


def install_with_uv(requirements: Path) -> None:
    """Seconds: uv makes the environment and fetches in parallel."""
    # uv must neither fetch a Python of its own nor ignore the authorities this machine trusts.
    manners = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}
    if not os.access(PYTHON, os.X_OK):
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV, **manners)
    run("uv", "pip", *PIP_INSTALL, requirements, "--python", PYTHON, **manners)


def install_with_venv(requirements: Path) -> None:
    """Half a minute: the standard library makes the environment, and the pip in it fills it."""
    if not python_has("pip", PYTHON):
        run(outer_python(), "-m", "venv", VENV)
    run(PYTHON, "-m", "pip", *PIP_INSTALL, requirements)


def install_with_outer_pip(requirements: Path) -> None:
    """The same where pip is installed but ensurepip is not: the outer pip fills the environment."""
    if not os.access(PYTHON, os.X_OK):
        run(outer_python(), "-m", "venv", "--without-pip", VENV)
    run(outer_python(), "-m", "pip", "--python", PYTHON, *PIP_INSTALL, requirements)


def install_with_debian(requirements: Path) -> None:
    """A minute: as root on a bare Debian, ask it for the missing piece first."""
    print("Asking Debian for python3-venv …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", **quiet)
    run("apt-get", "install", "-qq", "--yes", "--no-install-recommends", "python3-venv", **quiet)
    install_with_venv(requirements)


def outer_python() -> str:
    """The Python that environments are made of, also when this process already runs in one."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def python_has(module: str, python: Path | None = None) -> bool:
    """Whether an interpreter can import `module`."""
    command = [str(python or outer_python()), "-c", f"import {module}"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str | Path, **environment: str) -> None:
    """Run a step quietly; when it fails, say which and with what last words."""
    words = [str(word) for word in command]
    ended = subprocess.run(
        words,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        last_words = "\n".join("    " + line for line in ended.stdout.strip().splitlines()[-6:])
        raise CannotSetUp(
            f"this step failed, so nothing was started: {' '.join(words)}\n{last_words}\n"
            "Check the network and the free space on the disk, then run it again."
        )


def write_console_script() -> None:
    """Leave a `civic` command in the environment that is this same front door."""
    script = VENV / "bin" / "civic"
    script.write_text(
        f"#!{PYTHON}\nimport runpy, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        'runpy.run_module("civic", run_name="__main__", alter_sys=True)\n'
    )
    script.chmod(0o755)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
