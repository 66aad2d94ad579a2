"""The page to sign in on, and the way out."""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from rag.errors import DatelineError
from ui.guard.buckets import Buckets
from ui.guard.cookies import SESSION, SESSION_SECONDS, cookie_header, cookie_in
from ui.guard.rate import address_of, too_many
from ui.guard.refusal import Refusal, refusal_of
from ui.guard.sign_in import SIGN_IN, SIGN_OUT, Keys, Sessions, local

if TYPE_CHECKING:
    from jinja2 import Template

FAILURES_A_MINUTE = 5
FAILURES_AN_ADDRESS = 30
"""For all the names that one address tries."""

FORM_BYTES = 16_384
AT_ONCE = 2
"""Passwords checked at once: each takes 32 MiB."""

WRONG = {True: "The name or the password is wrong.", False: "The token is wrong."}


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """What was typed."""

    name: str
    secret: str
    next: str


class SignInPage:
    """Serves GET and POST /sign-in and POST /sign-out.

    Whether a name is unknown or its password wrong is told by nothing: not the words, not the
    time.
    """

    def __init__(
        self,
        keys: Keys,
        sessions: Sessions,
        *,
        secure: bool,
        failures: Buckets | None = None,
        failures_of_address: Buckets | None = None,
    ) -> None:
        """Check against `keys`, remember in `sessions`; `secure` keeps the cookie to HTTPS."""
        self._keys = keys
        self._sessions = sessions
        self._secure = secure
        self._failures = failures or Buckets(FAILURES_A_MINUTE)
        self._of_address = failures_of_address or Buckets(FAILURES_AN_ADDRESS)
        self._limiter = CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(scope, receive)
        except DatelineError as error:
            answer = refusal_of(error)
        except ClientDisconnect:  # before the form was whole
            return
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | Refusal:
        if scope["type"] != "http":
            return Refusal(404, "NotFound", "There is no socket here.")
        if scope["path"] == SIGN_OUT and scope["method"] == "POST":
            return await self._out(scope)
        if scope["path"] == SIGN_IN and scope["method"] == "POST":
            return await self._in(Request(scope, receive))
        if scope["path"] == SIGN_IN and scope["method"] in {"GET", "HEAD"}:
            return self._page(local(Request(scope).query_params.get("next", "/")))
        return Refusal(405, "WrongMethod", "Send a form here.", {"Allow": "POST"})

    def _page(self, next_: str, wrong: str = "", status: int = 200) -> HTMLResponse:
        text = _template().render(next=next_, wrong=wrong, by_name=self._keys.users is not None)
        return HTMLResponse(text, status)

    async def _in(self, request: Request) -> Response | Refusal:
        form = await _form(request)
        if form is None:
            return Refusal(413, "TooLarge", "The form is too large.", {"Connection": "close"})
        address = address_of(request.scope)
        pair = f"{address}\n{form.name}"
        # Taken before the check: tries sent all at once count as well.
        if wait := self._of_address.take(address) or self._failures.take(pair):
            return too_many(wait)
        check = partial(self._keys.holder, form.name, form.secret)
        holder = await to_thread.run_sync(check, limiter=self._limiter)
        if holder is None:
            page = self._page(form.next, WRONG[self._keys.users is not None], 401)
            page.headers["WWW-Authenticate"] = "Bearer"
            return page
        self._of_address.give_back(address)
        self._failures.give_back(pair)
        begin = partial(self._sessions.sign_in, holder)
        token = await to_thread.run_sync(begin, limiter=self._limiter)
        return self._onwards(form.next, token, SESSION_SECONDS)

    async def _out(self, scope: Scope) -> Response:
        token = cookie_in(scope, SESSION)
        if token:
            end = partial(self._sessions.sign_out, token)
            await to_thread.run_sync(end, limiter=self._limiter)
        return self._onwards(SIGN_IN, "", 0)

    def _onwards(self, address: str, token: str, seconds: int) -> Response:
        cookie = cookie_header(SESSION, token, seconds=seconds, secure=self._secure)
        return RedirectResponse(address, 303, headers={"Set-Cookie": cookie})


async def _form(request: Request) -> Form | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        fields = {}
    name, secret, next_ = (fields.get(key, [""])[0] for key in ("name", "secret", "next"))
    return Form(name.strip(), secret, local(next_))


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True)
    return environment.get_template("sign_in.html.j2")
