"""Breaks the rules one small way at a time and says which breaks no test notices.

`python -m tests.counting.mutate rules.greedy terms.ties` tries those modules of `civic.counting`.
A mutant is compiled in memory and lives in a process of its own: no file is ever touched. The
quickest tests come first, and the first that fails ends it. Survivors are argued in
docs/mutants.md.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import os
import resource
import sys
from pathlib import Path
from signal import ITIMER_PROF, setitimer
from time import process_time
from types import CodeType, ModuleType

# Nothing of this is needed, and a thousand processes would load it.
os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OPENBLAS_NUM_THREADS": "1"}

import numpy  # noqa: F401 - loaded once, for all the mutants
import pytest

from tests.counting.mutants import mutants

HERE = Path(__file__).parent
COUNTING = HERE.parents[1] / "civic" / "counting"
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", HERE.parents[2] / "shared/data"))
# The tests of each module or folder, and the word by which those for all the rules are chosen.
SHARES = ("auction equal_shares purses purses_by_a_hair ties textbook limits", "equal-shares")
BOUNDED = ("bounds wallets overspending overspending_plus textbook limits", "bos")
BEST = ("fines partial_sets knapsack knapsack_told limits", "knapsack")
MARGINS = ("margin_search margins margins_certain", "")
LEAPING = ("raising lasting", "")
TESTS = {
    "rules.greedy": ("greedy ties reasons textbook limits", "greedy"),
    "terms.ties": ("ties reasons phragmen textbook", "greedy"),
    "terms.limits": ("limits reasons", ""),
    "questions.replay": ("replay", ""),
    "questions.confirming": ("replay", ""),
    "questions.margins": MARGINS,
    "questions.margin_search": MARGINS,
    "rules.comparison": ("comparison", ""),
    "rules.phragmen": ("phragmen reasons textbook limits", "phragmen"),
    "rules.equal_shares.rule": ("equal_shares ties reasons textbook limits", "equal-shares"),
    "rules.equal_shares.lasting": LEAPING,
    "rules.equal_shares.raising": LEAPING,
    "rules.overspending": BOUNDED,
    "arithmetic.bounds": BOUNDED,
    "rules.knapsack": BEST,
}
INSTANCES = 40  # of the drawn elections for each mutant
SECONDS = 3  # of computing for a test that is quick with the rule as it is: then it never ends
SLOW = 0.5  # seconds of computing: what takes longer is left out
QUIET = ["-q", "-x", "-p", "no:cacheprovider", "--noconftest", "--no-header", "--tb=no"]


class Swap(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Hands out the mutant where the module is asked for."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(self, fullname, path, target=None):
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module):
        exec(self.code, vars(module))  # noqa: S102 - its own source, a little changed


class Quick:
    """Keeps what is quick, the quickest first, and one block of everything that is drawn."""

    def __init__(self, word: str, times: dict[str, float]) -> None:
        self.word, self.times = word, times
        self.times_known = bool(times)

    def pytest_collection_modifyitems(self, items):
        for module in {item.module for item in items}:
            if hasattr(module, "EACH"):
                module.EACH = INSTANCES
        items[:] = [item for item in items if self._is_kept(item)]
        items.sort(key=lambda item: self.times.get(item.nodeid, 0))

    def _is_kept(self, item) -> bool:
        drawn = item.callspec.params if hasattr(item, "callspec") else {}
        for_all = item.module.__name__.endswith(("_textbook", "_limits"))
        return (
            not drawn.get("block")
            and drawn.get("seed", 0) in range(3)
            and not (for_all and self.word not in item.nodeid)
            and self.times.get(item.nodeid, 0) < SLOW
        )

    def pytest_runtest_logstart(self):
        # The first run is that of the rule as it is, and tells how long each test takes.
        setitimer(ITIMER_PROF, SECONDS if self.times_known else 30 * SECONDS)
        self.began = process_time()

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            # What noticed one mutant is asked first about the next.
            self.times[report.nodeid] = -1.0 if report.failed else process_time() - self.began


def is_noticed(module: str, code: CodeType, times: dict[str, float]) -> bool:
    """Say whether a test fails, or never ends, where the module is this code."""
    hear, tell = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        failed = tests_of(module, code, times)
        news = {test: time for test, time in times.items() if time < 0 or not failed}
        os.write(tell, json.dumps(news).encode())
        os._exit(failed)
    noticed = os.waitpid(child, 0)[1] != 0
    os.close(tell)
    with os.fdopen(hear) as wire:
        times |= json.loads(wire.read() or "{}")
    return noticed


def tests_of(module: str, code: CodeType, times: dict[str, float]) -> int:
    """Run the tests of a module that is this code; note how long each took."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - the process ends with it
    sys.meta_path.insert(0, Swap(f"civic.counting.{module}", code))
    # The house of the tests would load the whole platform; here only this is asked of it.
    sys.modules["tests.conftest"] = ModuleType("tests.conftest")
    sys.modules["tests.conftest"].REFERENCE = DATA
    names, word = TESTS.get(module) or TESTS.get(module.rpartition(".")[0], SHARES)
    files = [HERE / f"test_{name}.py" for name in names.split()]
    return pytest.main([*QUIET, *(str(f) for f in files if f.exists())], [Quick(word, times)])


def main(modules: list[str]) -> None:
    """Try every mutant of each module and write down those that nobody noticed."""
    os.nice(5)
    for module in modules:
        source = (COUNTING / f"{module.replace('.', '/')}.py").read_text()
        times: dict[str, float] = {}
        if is_noticed(module, compile(source, module, "exec"), times):
            sys.exit(f"{module}: a test fails before anything is changed")
        found = [
            is_noticed(module, code, times) or say(f"{module}:{change}")
            for change, code in mutants(source)
        ]
        say(f"{module}: {len(found)} mutants, {sum(found)} killed")


def say(line: str) -> bool:
    """Write a line at once, as the run is long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return False


if __name__ == "__main__":
    main(sys.argv[1:])
