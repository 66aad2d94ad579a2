"""The MCP server over HTTP, for chat clients that reach Dateline by an address."""

from contextlib import AbstractAsyncContextManager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Receive, Scope, Send

from ui.mcp.tools import mcp_server
from ui.service.desk import desk_of
from ui.site import Site

PATH = "/mcp"


class McpApp:
    """Serves streamable HTTP, without sessions, at whatever address it is routed to.

    It answers while `running()` is entered, once: in the lifespan of the application around it.
    """

    def __init__(self, site: Site) -> None:
        """Serve a site's library."""
        server = mcp_server(site.engine, desk_of(site))
        server.streamable_http_app(
            stateless_http=True,
            max_request_body_size=site.settings.request_bytes,
            # ui.guard has looked at host and origin, and knows the names in the settings.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._manager = server.session_manager

    def running(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which requests are answered."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._manager.handle_request(scope, receive, send)


def mcp_app(site: Site) -> McpApp:
    """Return the MCP server, to route `PATH` to; its `running()` belongs in the lifespan."""
    return McpApp(site)
