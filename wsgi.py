"""The application for a WSGI server."""

from __future__ import annotations

import gc

from flask import Flask


def start() -> Flask:
    """The application, made without a look for garbage among things that stay for ever.

    These looks were a fifth of a start, and while a worker that died is started anew, people wait.
    """
    gc.disable()
    from civic.app import create_app

    made = create_app()
    gc.freeze()
    gc.enable()
    return made


app = start()
