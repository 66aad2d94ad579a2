"""Who asks: a browser by its cookie, a program by its token, or whoever signed in."""

import hashlib
import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard.cookies import READER, READER_SECONDS, cookie_header, cookie_in
from ui.guard.paths import HEALTH, METRICS, is_static

BYTES = 32
DIGITS = 32
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


def reader_of_cookie(value: str) -> str:
    """Return the name under which a browser's things are kept; the cookie itself is not."""
    return hashlib.sha256(value.encode()).hexdigest()[:DIGITS]


def reader_of_token(token: str) -> str:
    """Return the name under which a program's things are kept."""
    return hashlib.sha256(b"bearer " + token.encode()).hexdigest()[:DIGITS]


def reader_of_user(name: str) -> str:
    """Return the name under which a user's things are kept, in whatever browser."""
    return f"user:{name}"


def bearer(scope: Scope) -> str | None:
    """Return the token of an Authorization header."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


class Reader:
    """Puts the reader's name at `scope["state"]["reader"]`; gives new browsers a random cookie.

    What `ui.guard.sign_in` put at `scope["state"]["user"]` counts before the cookie, and the
    cookie before the token.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Guard an application; `secure` keeps the cookie to HTTPS."""
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application for the reader."""
        reader = _known(scope)
        fresh = None
        if reader is None and not _is_impersonal(scope["path"]):
            fresh = secrets.token_urlsafe(BYTES)
            reader = reader_of_cookie(fresh)
        if reader is not None:
            scope["state"] = {**scope.get("state", {}), "reader": reader}
        await self._app(scope, receive, self._giving(fresh, send) if fresh else send)

    def _giving(self, fresh: str, send: Send) -> Send:
        cookie = cookie_header(READER, fresh, seconds=READER_SECONDS, secure=self._secure)

        async def giving(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        return giving


def _known(scope: Scope) -> str | None:
    user = scope.get("state", {}).get("user")
    if user:
        return reader_of_user(user)
    cookie = cookie_in(scope, READER)
    if cookie and _COOKIE.fullmatch(cookie):
        return reader_of_cookie(cookie)
    token = bearer(scope)
    return reader_of_token(token) if token else None


def _is_impersonal(path: str) -> bool:
    return path in {HEALTH, METRICS} or is_static(path)
