"""The door: where a token or a list of users is set, nobody comes in without."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import DatelineError
from ui.guard.cookies import SESSION, cookie_in
from ui.guard.paths import HEALTH
from ui.guard.reader import bearer
from ui.guard.refusal import Refusal, refusal_of
from ui.guard.users import MARK_DIGITS, Users

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
TOKEN_HOLDER = "*"  # noqa: S105 (a name that no user can have)

NEEDED = Refusal(
    401,
    "SignInNeeded",
    "Sign in first: send the token as 'Authorization: Bearer TOKEN', or open /sign-in.",
    {"WWW-Authenticate": "Bearer"},
)


class Sessions(Protocol):
    """What remembers who has signed in: the store."""

    def sign_in(self, user: str) -> str:
        """Begin a session and return its token."""

    def signed_in(self, token: str) -> str | None:
        """Return whose session a token is."""

    def sign_out(self, token: str) -> None:
        """End a session."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What opens the door: a token, users with passwords, or either."""

    token: str | None = None
    users: Users | None = None

    def __bool__(self) -> bool:
        return self.token is not None or self.users is not None

    def is_token(self, given: str) -> bool:
        """Whether this is the token; takes the same time whatever is wrong with it."""
        return self.token is not None and hmac.compare_digest(_bytes(given), _bytes(self.token))

    def holder(self, name: str, secret: str) -> str | None:
        """Return whom a name and a password, or a token alone, let in; slow for passwords.

        With the name goes a mark of the password or token: with a new one, sessions end.
        """
        if self.users is not None:
            return f"{name}:{self.users.mark(name)}" if self.users.verify(name, secret) else None
        return self._token_holder() if self.is_token(secret) else None

    def name_of(self, holder: str) -> str | None:
        """Return who somebody is that signed in once, None if they may no longer come in."""
        if self.users is None:
            return TOKEN_HOLDER if holder == self._token_holder() else None
        name, _, mark = holder.rpartition(":")
        return name if mark and mark == self.users.mark(name) else None

    def _token_holder(self) -> str:
        mark = hashlib.sha256(_bytes(self.token or "")).hexdigest()[:MARK_DIGITS]
        return f"{TOKEN_HOLDER}:{mark}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


class SignIn:
    """Lets in who has a key; others are shown the sign-in page, programs get 401.

    The user's name is put at `scope["state"]["user"]`; a holder of the token has none.
    """

    def __init__(self, app: ASGIApp, page: ASGIApp, keys: Keys, sessions: Sessions) -> None:
        """Guard an application; `page` serves /sign-in and /sign-out."""
        self._app = app
        self._page = page
        self._keys = keys
        self._sessions = sessions
        self._limiter = CapacityLimiter(8)  # of its own: answers may hold all the other threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or ask for a key."""
        answer = await self._answer(scope)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> ASGIApp:
        if scope["path"] == HEALTH:
            return self._app
        if scope["path"] in {SIGN_IN, SIGN_OUT}:
            return self._page
        try:
            user = await self._user(scope)
        except DatelineError as error:
            return refusal_of(error)
        if user is not None:
            name = None if user == TOKEN_HOLDER else user
            scope["state"] = {**scope.get("state", {}), "user": name}
            return self._app
        return RedirectResponse(address_for(scope), 303) if _is_navigation(scope) else NEEDED

    async def _user(self, scope: Scope) -> str | None:
        token = bearer(scope)
        if token is not None and self._keys.is_token(token):
            return TOKEN_HOLDER
        session = cookie_in(scope, SESSION)
        if not session:
            return None
        find = partial(self._sessions.signed_in, session)
        holder = await to_thread.run_sync(find, limiter=self._limiter)
        return self._keys.name_of(holder) if holder is not None else None


def _is_navigation(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    headers = Headers(scope=scope)
    mode = headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in headers.get("accept", "")


def address_for(scope: Scope) -> str:
    """Return the address of the sign-in page that leads back to what was asked for."""
    path = quote(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = f"{path}?{query}" if query else path
    return SIGN_IN if wanted == "/" else f"{SIGN_IN}?{urlencode({'next': wanted})}"


def local(address: str) -> str:
    """Return an address to go on to, "/" for what would lead to another site."""
    is_path = address.startswith("/") and not address.startswith(("//", SIGN_IN, SIGN_OUT))
    is_plain = address.isascii() and address.isprintable() and not set(address) & set('\\ "<>')
    return address if is_path and is_plain else "/"
