"""Under which names the server may be asked: a guard against DNS rebinding.

A page elsewhere whose name is made to lead to this machine would otherwise read the answers as
if they were its own; the browser then still sends that page's name.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.guard.refusal import Refusal

ALWAYS = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = frozenset({"0.0.0.0", "[::]", ""})  # noqa: S104 (recognised, not bound to)

_NETLOC = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/?#@\[\]\\]+)(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Netloc:
    """A host as an address names it; `port` is None where the address does not tell it."""

    name: str
    port: int | None


def netloc_of(text: str) -> Netloc | None:
    """Return the host that `name:port` stands for, None for what is no host."""
    found = _NETLOC.fullmatch(text.strip().lower())
    if found is None:
        return None
    port = found["port"]
    return Netloc(found["name"].rstrip("."), int(port) if port else None)


def asked_hosts(headers: Headers) -> list[str]:
    """Return the hosts that a request names: its own and the one a proxy was asked under."""
    forwarded = headers.getlist("x-forwarded-host")
    return headers.getlist("host") + [each.split(",")[0] for each in forwarded]


class AllowedHosts:
    """The names of this server: where it is bound, this machine's own, and those in settings."""

    def __init__(self, bound: str, others: Iterable[str] = ()) -> None:
        """Take the address bound to and further names, with or without a port."""
        given = [_bracketed(bound), *others]
        found = [netloc_of(each.split("://")[-1].rstrip("/")) for each in given]
        self._names = {each.name for each in found if each} | set(ALWAYS)
        self._anywhere = _bracketed(bound) in EVERYWHERE

    def allows(self, host: Netloc | None, scope: Scope) -> bool:
        """Whether a request may name this host.

        Bound to every address of the machine, it may also name the one that it came in by: a
        number cannot be made to lead elsewhere.
        """
        if host is None:
            return False
        return host.name in self._names or (self._anywhere and host.name == _arrived(scope))


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


def _arrived(scope: Scope) -> str | None:
    server = scope.get("server")
    try:
        return _bracketed(str(ipaddress.ip_address(server[0]))) if server else None
    except ValueError:
        return None


class Hosts:
    """Refuses, with 421, what was asked under another name."""

    def __init__(self, app: ASGIApp, allowed: AllowedHosts) -> None:
        """Guard an application."""
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        headers = Headers(scope=scope)
        named = asked_hosts(headers)
        known = all(self._allowed.allows(netloc_of(host), scope) for host in named)
        if known and len(headers.getlist("host")) == 1:
            await self._app(scope, receive, send)
            return
        told = ", ".join(repr(host) for host in named) or "no host"
        refusal = Refusal(
            421,
            "UnknownHost",
            f"This server is not {told}. Name it in the setting 'hosts' to reach it so.",
        )
        await refusal(scope, receive, send)
