"""What every response tells the browser: what it may load, show and keep."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard.paths import FILE, is_static

_SHARED = "form-action 'self'; frame-ancestors 'none'"

TEXT_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    f"base-uri 'none'; {_SHARED}"
)
"""For permalinks, exports and the service: no script at all."""

PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    f"base-uri 'self'; {_SHARED}"
)
"""For Gradio's page, which compiles its templates in the browser and names its own base."""

FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For what readers uploaded."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=(), browsing-topics=()",
}


def policy_of(path: str) -> str:
    """Return the content security policy of an address."""
    if path.startswith(FILE):
        return FILE_POLICY
    return PAGE_POLICY if path == "/" or is_static(path) else TEXT_POLICY


class SecurityHeaders:
    """Adds the headers to every response and takes away what would open it to other sites.

    A route may give a content security policy or caching of its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Guard an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application with its response's headers completed."""

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, completed if scope["type"] == "http" else send)


def _complete(headers: MutableHeaders, path: str) -> None:
    for name in {name for name in headers if name.startswith("access-control-")}:
        del headers[name]
    headers.update(ALWAYS)
    headers.setdefault("Content-Security-Policy", policy_of(path))
    if not is_static(path):
        headers.setdefault("Cache-Control", "no-store")
