"""What is true of every route."""

import ast
from pathlib import Path

import pytest

VIEWS = sorted((Path(__file__).parents[2] / "civic").glob("*/views.py"))


def test_every_route_says_who_may_knock(app):
    unmarked = {
        endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, "access")
    }
    assert not unmarked, "Mark these views @public, @signed_in or @staff"


def test_what_changes_something_is_never_a_get(app):
    for rule in app.url_map.iter_rules():
        last = rule.rule.rstrip("/").rpartition("/")[2]
        if last in {"withdraw", "cast", "support", "follow", "delete", "publish", "sign-out"}:
            assert "GET" not in rule.methods, rule.rule


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.parent.name)
def test_pages_and_their_blocks_exist(path, app):
    for call in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "page"):
            continue
        if not isinstance(call.args[0], ast.Constant):
            continue
        template = app.jinja_env.get_template(call.args[0].value)
        for keyword in call.keywords:
            if keyword.arg == "block" and isinstance(keyword.value, ast.Constant):
                assert keyword.value.value in template.blocks


def test_templates_mirror_the_packages(app):
    root = Path(app.template_folder)
    packages = {path.name for path in Path(__file__).parents[2].glob("civic/*/")}
    shared = {"layouts", "components", "errors", "email"}
    assert {path.name for path in root.iterdir()} <= packages | shared
