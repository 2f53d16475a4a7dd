"""One rule about imports that import-linter has no name for: edges belong to their capability."""

from __future__ import annotations

from collections.abc import Iterator

import grimp
from importlinter import Contract, ContractCheck, fields, output


class EdgesStayHome(Contract):
    """A capability's views, forms and jobs are imported inside it, and by those who mount them.

    The kernel keeps its own `forms` and `jobs` for everybody, so it is not a capability here.
    """

    edges = fields.ListField(subfield=fields.StringField())
    mounted_by = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every import of an edge from outside its capability."""
        strays = sorted(self._strays(graph))
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each stray import, one a line."""
        for importer, edge in check.metadata["strays"]:
            output.print_error(f"{importer} imports {edge}, which belongs to another capability.")

    def _strays(self, graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
        for edge in graph.modules:
            root, *inside = edge.split(".")
            if len(inside) < 2 or inside[0] == "kernel" or inside[1] not in self.edges:
                continue
            home = f"{root}.{inside[0]}."
            for importer in graph.find_modules_that_directly_import(edge):
                if not importer.startswith(home) and importer not in self.mounted_by:
                    yield importer, edge
