"""`dateline web`: the page and the service beneath it, in one process."""

import gc
import os
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings import Settings
from ui.guard.users import Users
from ui.invocation import Invocation
from ui.output import complain, write_line

if TYPE_CHECKING:
    import socket

    from ui.site import Site

LOOPBACK = ("127.0.0.1", "::1", "localhost")

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (what they are told as)
"""Addresses that stand for all of a machine's, and one of them that a browser can open."""

GRACE_SECONDS = 2
"""How long what does not end with its reader may take when the server is stopped."""

QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    # Gradio otherwise sums up its events with pandas after every one.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
}


def run(invocation: Invocation, *, browser: bool, **given: object) -> int:
    """Serve until interrupted; raises UsageError for an address that must not or cannot be used."""
    settings = invocation.settings(**given)
    _require_doors(settings)
    os.environ.update(QUIET)  # before the packages that would telephone are imported
    listening = _listening(settings)
    try:
        site = _site(settings)
        try:
            _serve(site, listening, browser=browser)
        finally:
            site.close()
    finally:
        listening.close()
    return 0


def _require_doors(settings: Settings) -> None:
    """Raise UsageError where others could reach the page and nobody is asked who they are."""
    if settings.users:
        Users.read(settings.users)  # told now, not when everything has been loaded
    if settings.host in LOOPBACK or settings.api_token or settings.users:
        return
    raise UsageError(
        f"On {settings.host!r} others can reach Dateline: set DATELINE_API_TOKEN to a secret of "
        "16 characters or more, or name a file of readers with --users (made with: dateline user)."
    )


def _listening(settings: Settings) -> "socket.socket":
    """Return the socket, bound first: an address in use is told before anything is loaded."""
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
        # Whoever is told the address may ask at once, and no second server can be bound.
        made.listen()
    except (OSError, UnicodeError) as error:
        made.close()
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Dateline cannot be served on {settings.host}:{settings.port} ({why.lower()}); "
            "name another with --host or --port."
        ) from error
    return made


def _site(settings: Settings) -> "Site":
    """Open the library while Gradio, which takes longest, is imported on another thread."""
    from ui.engine import Engine
    from ui.site import Site
    from ui.store.store import FILE, open_store

    importing = threading.Thread(target=_import_page)
    importing.start()
    try:
        engine = Engine(settings)
    finally:
        importing.join()
    try:
        return Site(engine, open_store(settings.library / FILE))
    except BaseException:
        engine.close()
        raise


def _import_page() -> None:
    import ui.web.page  # noqa: F401


def _serve(site: "Site", listening: "socket.socket", *, browser: bool) -> None:
    import uvicorn
    from sse_starlette.sse import AppStatus

    from ui.app import application
    from ui.ending import Ending

    # It would break off streams at a signal of its own, before `Ending` can end them properly.
    AppStatus.enable_automatic_graceful_drain = False

    class Server(uvicorn.Server):
        """Ends what is open before it waits for it."""

        async def shutdown(self, sockets: "list[socket.socket] | None" = None) -> None:
            ending.end()
            await super().shutdown(sockets)

    ending = Ending(application(site))
    host, port = listening.getsockname()[:2]
    told = EVERY_ADDRESS.get(host, host)
    address = f"http://{f'[{told}]' if ':' in told else told}:{port}/"
    config = uvicorn.Config(
        ending,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    write_line(f"Dateline is at {address}")
    complain("Press Ctrl-C to stop it.")
    sys.stdout.flush()
    opening = threading.Timer(0.5, webbrowser.open, [address])
    opening.daemon = True
    if browser and _has_screen():
        opening.start()
    # What is loaded by now stays: the collector need not look at it again, least of all at exit.
    gc.freeze()
    server.run(sockets=[listening])
    opening.cancel()
    if not server.started:
        raise UsageError(f"Dateline could not be served at {address}.")


def _has_screen() -> bool:
    """Whether a browser would open a window: elsewhere it may take over the terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
