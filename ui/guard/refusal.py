"""What a door answers when it does not let a request through."""

from dataclasses import dataclass, field

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from rag.errors import DatelineError
from ui.service.errors import headers_of, status_of

POLICY = 1008
"""RFC 6455: the message breaks a rule of this end."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status and one sentence, as the same JSON that every error of the service has."""

    status: int
    kind: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; a web socket is closed before it is opened."""
        if scope["type"] == "websocket":
            await WebSocketClose(POLICY, self.kind)(scope, receive, send)
            return
        body = {"error": {"message": self.message, "type": self.kind}}
        await JSONResponse(body, self.status, self.headers)(scope, receive, send)


def refusal_of(error: DatelineError) -> Refusal:
    """Return what a door answers that cannot look who comes: its store fails."""
    return Refusal(status_of(error), type(error).__name__, str(error), headers_of(error))
