"""Where a request comes from, as far as a signal may know: never a whole address."""

from __future__ import annotations

from typing import NamedTuple

from flask import has_request_context, request

from civic.signals.rules import network_of


class Origin(NamedTuple):
    """A piece of the network, and what the browser says of itself."""

    network: str = ""
    device: str = ""


def origin_here() -> Origin:
    """The origin of this request; empty where nobody asks over the web."""
    if not has_request_context():
        return Origin()
    said = (request.user_agent.string, request.headers.get("Accept-Language", ""))
    return Origin(network_of(request.remote_addr or ""), "\n".join(said)[:500])
