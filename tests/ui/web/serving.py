"""The real server, in a thread of the tests."""

import shutil
import socket
import threading
from pathlib import Path

import uvicorn

from rag.settings import load_settings
from ui.app import application
from ui.engine import Engine
from ui.site import Site
from ui.store.store import FILE, open_store

PATIENCE = 60


class _Server(uvicorn.Server):
    """Tells when it takes questions."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Served:
    """A site on a free port of this machine, or on the port that it had before a restart."""

    def __init__(self, folder: Path, **settings: object) -> None:
        """Serve the library in a folder; `settings` are load_settings'."""
        self._folder, self._settings = folder, settings
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Open the library and serve it."""
        settings, _ = load_settings(library=self._folder, **self._settings)
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        self.site = Site(Engine(settings), open_store(self._folder / FILE))
        app = application(self.site)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()
        assert self._server.ready.wait(PATIENCE), "the server did not start"

    def stop(self) -> None:
        """Stop serving, and close what was open."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self.site.close()

    def restart(self) -> None:
        """Stop and start again at the same address."""
        self.stop()
        self.start()


def copied(library: Path, folder: Path) -> Path:
    """Return a copy of a library, for a test that changes it."""
    return Path(shutil.copytree(library, folder))
