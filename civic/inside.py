"""Running a command inside the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from civic.config import WrongSetting

F = TypeVar("F", bound=Callable[..., Any])


def with_app(command: F) -> F:
    """Run a command inside the application; what hinders it is one sentence, not a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from civic.app import create_app
        from civic.home import CannotUseHome, embedded_settings
        from civic.running import insist_on_database

        try:
            embedded_settings()
            app = create_app()
            insist_on_database(app.config["CIVIC"])
        except (WrongSetting, CannotUseHome) as error:
            raise click.ClickException(str(error)) from None
        with app.app_context():
            return command(*args, **kwargs)

    return run  # type: ignore[return-value]
