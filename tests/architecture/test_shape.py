"""The house rules that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CIVIC = ROOT / "civic"
MODULES = sorted(CIVIC.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
VIEWS = sorted(CIVIC.glob("*/views.py"))
ACTIONS = sorted(CIVIC.glob("*/actions.py"))

EIGHT = {"models", "rules", "policy", "queries", "actions", "forms", "views", "jobs"}
FORBIDDEN = {"utils", "helpers", "common", "misc", "services", "manager"}
FILE, FUNCTION, VIEW, TEST, TEMPLATE = 300, 40, 25, 25, 150
# Longer than the budget, each with its reason.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def lines(path):
    return len(path.read_text().splitlines())


def functions(path):
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def length(function):
    """Lines of code: the docstring is not counted against whoever writes one."""
    doc = function.body[0] if ast.get_docstring(function) else None
    said = doc.end_lineno - doc.lineno + 1 if doc else 0
    return function.end_lineno - function.lineno + 1 - said


def first_statement(function):
    body = function.body
    return ast.unparse(body[1] if ast.get_docstring(function) else body[0])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for_and_fits_its_budget(path):
    if path.name == "__init__.py":
        return
    assert ast.get_docstring(ast.parse(path.read_text())), "Open with one sentence."
    assert path.stem not in FORBIDDEN
    assert lines(path) <= FILE or name_of(path) in LONG_FILES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(path):
    for function in functions(path):
        key = f"{name_of(path)}:{function.name}"
        assert length(function) <= FUNCTION or key in LONG_FUNCTIONS, key


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_a_test_is_short(path):
    for function in functions(path):
        if function.name.startswith("test_"):
            assert length(function) <= TEST, function.name


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_fits_its_budget(path):
    assert lines(path) <= TEMPLATE


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_an_action_with_an_actor_asks_permission_first(path):
    for action in functions(path):
        takes_actor = action.args.args and action.args.args[0].arg == "actor"
        if takes_actor and "transactional" in map(ast.unparse, action.decorator_list):
            if action.name == "record":
                continue  # the log is written by acts that have asked already
            assert ".require(actor" in first_statement(action), action.name


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_a_view_fits_on_a_screen_and_never_touches_the_transaction(path):
    source = path.read_text()
    assert "commit" not in source
    assert "session.add" not in source
    for view in functions(path):
        assert length(view) <= VIEW, f"{view.name} does too much for a view"


@pytest.mark.parametrize("path", [*CIVIC.glob("*/*.py")], ids=name_of)
def test_only_actions_write(path):
    if path.stem == "actions" or path.parent.name in {"kernel", "demo"}:
        return
    source = path.read_text()
    for word in ("session.add", "session.delete", "session.commit", "session.merge"):
        assert word not in source, f"{name_of(path)} writes; move it into an action"


def test_no_two_locks_of_the_database_have_the_same_number():
    numbers = [
        number
        for path in MODULES
        for number in re.findall(r"^\w+_LOCK = ([\d_]+)$", path.read_text(), flags=re.M)
    ]
    assert len(numbers) == len(set(numbers)) >= 3
