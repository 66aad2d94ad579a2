"""Which pages may ask: those of this server, no other.

After "Fetch Metadata" (W3C) and the rule that every request that could change something names,
if anything, an origin of ours.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.guard.hosts import AllowedHosts, asked_hosts, netloc_of
from ui.guard.refusal import Refusal

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS = {"http": 80, "https": 443}
EMBEDDED = frozenset({"embed", "frame", "iframe", "object", "fencedframe"})

REFUSED = Refusal(
    403,
    "CrossOrigin",
    "Pages of other sites may not use this server; open it by its own address.",
)


class Origins:
    """Refuses, with 403, what a page of another site sends.

    A link from elsewhere may be followed. What is neither a browser's nor names an origin is let
    through: it carries no cookie of a reader who did not mean it.
    """

    def __init__(self, app: ASGIApp, allowed: AllowedHosts) -> None:
        """Guard an application."""
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        ours = all(self._is_ours(origin, headers, scope) for origin in origins)
        foreign = headers.get("sec-fetch-site") == "cross-site" and not _follows_link(
            scope, headers
        )
        await (self._app if ours and not foreign else REFUSED)(scope, receive, send)

    def _is_ours(self, origin: str, headers: Headers, scope: Scope) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        from_ = netloc_of(parts.netloc)
        default = PORTS.get(parts.scheme)
        if default is None or from_ is None or not self._allowed.allows(from_, scope):
            return False
        here = [netloc_of(host) for host in asked_hosts(headers)]
        ports = {each.port or default for each in here if each is not None}
        return (from_.port or default) in ports


def _follows_link(scope: Scope, headers: Headers) -> bool:
    return (
        scope.get("method") in SAFE
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") not in EMBEDDED
    )
