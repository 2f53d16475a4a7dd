"""How coarse a signal is: the hour, a piece of the network, and whole years."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

# Signals of a cycle are kept while its result can be questioned, and not a day longer.
KEPT_AFTER_CLOSE = timedelta(days=30)
KEPT_WITHOUT_CYCLE = timedelta(days=30)
# Fewer than this many are not mixed with one another: their order would still be a good guess.
SMALLEST_BATCH = 20


def hour_of(at: datetime) -> datetime:
    """The hour of a moment on the city's clocks (given so); nothing finer is kept."""
    return at.replace(minute=0, second=0, microsecond=0)


def network_of(address: str) -> str:
    """The piece of the network in which an address lies: its first 24 bits, or 48 of the new."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 48 if isinstance(found, IPv6Address) else 24), strict=False))
