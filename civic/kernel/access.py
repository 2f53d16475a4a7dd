"""Who may knock at a route; what they may do there is asked by actions and policies."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request, url_for
from flask_login import current_user

from civic.kernel.errors import NotAllowed
from civic.kernel.pages import wants_fragment
from civic.kernel.roles import N_

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Everybody may come, with or without an account."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """People with an account; others are led to the sign-in page and back."""
    return _guarded(view, "signed in", lambda: current_user.is_authenticated, "accounts.sign_in")


def staff(view: View) -> View:
    """People who serve the city; they prove a second factor first, and nobody else comes in."""

    def proven() -> bool:
        if current_user.is_authenticated and not current_user.is_staff:
            raise NotAllowed(
                N_(
                    "This page is for people who serve the city in an office. What is yours stands"
                    " on your own page."
                )
            )
        return current_user.is_authenticated and current_user.second_factor_done

    return _guarded(view, "staff", proven, "accounts.second_factor")


def _guarded(view: View, access: str, allowed: Callable[[], bool], door: str) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if allowed():
            return view(*args, **kwargs)
        endpoint = door if current_user.is_authenticated else "accounts.sign_in"
        target = url_for(endpoint, next=_way_back())
        if wants_fragment():
            return "", 204, {"HX-Redirect": target}
        return redirect(target, code=303)

    guarded.access = access  # type: ignore[attr-defined]
    return cast("View", guarded)


def _way_back() -> str:
    # What was posted cannot be posted again after signing in; the page it came from can be read.
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
