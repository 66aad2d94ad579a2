"""The doors in their order, around the whole application."""

from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from ui.guard.buckets import Buckets
from ui.guard.gradio_paths import GradioPaths
from ui.guard.headers import SecurityHeaders
from ui.guard.hosts import AllowedHosts, Hosts
from ui.guard.origins import Origins
from ui.guard.paths import UPLOADS
from ui.guard.rate import READERS_AN_ADDRESS, Rate, address_of, reader_in
from ui.guard.reader import Reader
from ui.guard.sign_in import Keys, SignIn
from ui.guard.sign_in_page import SignInPage
from ui.guard.size import Size
from ui.guard.users import Users
from ui.site import Site

FILES_AT_ONCE = 20
"""Files of the largest size that one upload may bring."""


def guarded(app: ASGIApp, site: Site) -> ASGIApp:
    """Return the application behind every door; raises UsageError for a bad file of users.

    From the outside in: headers, hosts, origins, size, rate by address, sign-in, reader, rate by
    reader, Gradio's addresses. Streams pass through as they come.
    """
    settings = site.settings
    allowed = AllowedHosts(settings.host, settings.hosts)
    of_reader = Buckets(settings.requests_per_minute)
    of_address = Buckets(settings.requests_per_minute * READERS_AN_ADDRESS)
    inner: ASGIApp = Rate(GradioPaths(app), of_reader, reader_in)
    inner = Reader(inner, secure=settings.secure_cookies)
    if keys := keys_of(settings):
        page = SignInPage(keys, site.store, secure=settings.secure_cookies)
        inner = SignIn(inner, page, keys, site.store)
    inner = Rate(inner, of_address, address_of)
    inner = Size(inner, partial(limit_of, settings))
    inner = Origins(inner, allowed)
    inner = SecurityHeaders(Hosts(inner, allowed))

    async def doors(scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] in {"http", "websocket"}  # else the server itself speaks: lifespan
        await (inner if asked else app)(scope, receive, send)

    return doors


def keys_of(settings: Settings) -> Keys:
    """Return what opens the door; false where nothing is set, and the door is open."""
    token = settings.api_token.get_secret_value() if settings.api_token else None
    return Keys(token, Users.read(settings.users) if settings.users else None)


def limit_of(settings: Settings, path: str) -> int:
    """Return the bytes that a request to an address may bring; an upload may bring 20 files."""
    if path.rstrip("/") in UPLOADS:
        return FILES_AT_ONCE * settings.upload_bytes + settings.request_bytes
    return settings.request_bytes
