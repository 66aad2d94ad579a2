"""How many requests somebody may send."""

import ipaddress
import math
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.guard.buckets import Buckets
from ui.guard.paths import is_static
from ui.guard.refusal import Refusal

READERS_AN_ADDRESS = 20
"""An office shares an address: it may send as much as so many readers."""

NETWORK = 64
"""Bits of an IPv6 address that one subscriber is given; the others are theirs to choose."""


def address_of(scope: Scope) -> str:
    """Return where a request came from; of an IPv6 address, its network."""
    client = scope.get("client")
    if not client:
        return ""
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return str(client[0])
    if address.version == 4:  # noqa: PLR2004
        return str(address)
    return str(ipaddress.ip_network((address, NETWORK), strict=False))


def reader_in(scope: Scope) -> str:
    """Return the reader that the cookie's door found."""
    return str(scope.get("state", {}).get("reader", ""))


class Rate:
    """Refuses, with 429, what comes too often; files of the page itself do not count."""

    def __init__(self, app: ASGIApp, buckets: Buckets, key_of: Callable[[Scope], str]) -> None:
        """Guard an application; `key_of` tells whose request it is, "" for nobody's."""
        self._app = app
        self._buckets = buckets
        self._key_of = key_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        key = "" if is_static(scope["path"]) else self._key_of(scope)
        wait = self._buckets.take(key) if key else 0.0
        await (too_many(wait) if wait else self._app)(scope, receive, send)


def too_many(seconds: float) -> Refusal:
    """Return the refusal that tells when to come again."""
    wait = max(1, math.ceil(seconds))
    plural = "" if wait == 1 else "s"
    return Refusal(
        429,
        "TooManyRequests",
        f"Too many requests; try again in {wait} second{plural}.",
        {"Retry-After": str(wait)},
    )
