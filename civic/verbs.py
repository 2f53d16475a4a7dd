"""The help page of the front door: the verbs in sections."""

from __future__ import annotations

import click

SECTIONS = {
    "Begin here": ("up", "test"),
    "Look around": ("demo", "import", "recount", "export", "verify"),
    "Run a city": (
        "migrate",
        "first-admin",
        "worker",
        "tick",
        "sequencer",
        "signer",
        "key",
        "rights",
    ),
    "Work on the code": ("lint", "fix", "messages", "shots", "bench", "torture"),
}


class FrontDoor(click.Group):
    """A help page in sections, for somebody who comes for the first time."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            known = [(name, self.commands[name]) for name in names if name in self.commands]
            with formatter.section(title):
                formatter.write_dl([(name, it.get_short_help_str(90)) for name, it in known])
