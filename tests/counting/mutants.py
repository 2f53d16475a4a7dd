"""The small slips that could be made in a source, each as code of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

OTHERS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}
STEPS = (ast.AugAssign, ast.Expr, ast.Delete, ast.Continue, ast.Break, ast.Raise)
UNTOUCHED = {"annotation", "returns", "decorator_list"}


class Place(NamedTuple):
    """Where a node hangs in the tree; `index` tells it from others in the same field."""

    parent: ast.AST
    field: str
    index: int
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        value = getattr(self.parent, self.field)
        if isinstance(value, list):
            value[self.index] = node
        else:
            setattr(self.parent, self.field, node)

    @property
    def lines(self) -> ast.AST:
        """What knows on which line this is."""
        return self.node if hasattr(self.node, "lineno") else self.parent


def mutants(source: str) -> Iterator[tuple[str, CodeType]]:
    """Each mutant of a source: the line, what is changed in it, and the code."""
    tree = ast.parse(source)
    for place in list(places(tree)):
        for new in alternatives(place.node):
            ast.copy_location(new, place.lines)
            place.put(new)
            code = compile(ast.fix_missing_locations(tree), "mutant", "exec")
            yield f"{place.lines.lineno}: {_said(place.node)} -> {_said(new)}", code
            place.put(place.node)


def places(parent: ast.AST) -> Iterator[Place]:
    """Every place below a node that is run, not only read."""
    for field, value in ast.iter_fields(parent):
        if field in UNTOUCHED:
            continue
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(node, ast.AST) and not _is_text(node):
                yield Place(parent, field, index, node)
                yield from places(node)


def alternatives(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node if its author had slipped."""
    if type(node) in OTHERS:
        yield OTHERS[type(node)]()
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield ast.Name(NAMES[node.id], node.ctx)
    elif isinstance(node, ast.Constant):
        yield from _other_values(node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, STEPS) or (isinstance(node, ast.Assign) and _lasts(node)):
        yield ast.Pass()
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and _is_plain(node.test):
        turned = ast.UnaryOp(ast.Not(), node.test)
        yield type(node)(**{**dict(ast.iter_fields(node)), "test": turned})


def _other_values(value: object) -> Iterator[ast.Constant]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))


def _lasts(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Attribute | ast.Subscript)


def _is_plain(test: ast.expr) -> bool:
    return isinstance(test, ast.Name | ast.Call | ast.Attribute)


def _is_text(node: ast.AST) -> bool:
    """A docstring, or the dots of a protocol."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _said(node: ast.AST) -> str:
    said = ast.unparse(node).split("\n")[0] if hasattr(node, "lineno") else ""
    return said or type(node).__name__
