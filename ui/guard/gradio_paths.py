"""Which of Gradio's own addresses the page needs; the others are not there.

Gradio also serves its API's description, a proxy, a fetcher of other addresses, monitoring,
a sign-in and an editor of the page's source (gradio/routes.py). A page that is not written down
here is one that nobody has looked at.
"""

import re
from pathlib import PurePath

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.guard.paths import FILE
from ui.guard.refusal import Refusal

PREFIX = "/gradio_api"
NEEDED = frozenset(
    f"{PREFIX}/{name}"
    for name in (
        "queue/join",
        "queue/data",
        "cancel",
        "reset",
        "upload",
        "upload_progress",
        "startup-events",
        "theme.css",
    )
)
NEEDED_BELOW = (f"{PREFIX}/heartbeat/", f"{PREFIX}/run/", FILE)
UNNEEDED = re.compile(r"/(login|logout|config|monitoring|pwa_icon)(/.*)?")

NOT_THERE = Refusal(404, "NotFound", "There is nothing at this address.")
NOT_A_FILE = Refusal(403, "NotAllowed", "Only files that were uploaded here can be opened.")


class GradioPaths:
    """Refuses what Gradio serves beside the page, and every file that it did not make itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard an application with Gradio mounted at its root."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        path: str = scope["path"]
        # Gradio would take the caller's word for the address that the page is at.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"x-gradio-server"]
        answer = self._app
        if path.startswith(FILE) and not is_uploaded(path.removeprefix(FILE)):
            answer = NOT_A_FILE
        elif not is_needed(path):
            answer = NOT_THERE
        await answer(scope, receive, send)


def is_needed(path: str) -> bool:
    """Whether an address is none of Gradio's, or one that the page asks."""
    if path == PREFIX or path.startswith(f"{PREFIX}/"):
        return path.rstrip("/") in NEEDED or path.startswith(NEEDED_BELOW)
    return UNNEEDED.fullmatch(path) is None


def is_uploaded(file: str) -> bool:
    """Whether a path, as it stands in an address, is in the folder of uploads.

    Only as text: where links lead, Gradio looks itself.
    """
    from gradio.utils import get_upload_folder  # as heavy as the page, which has it already

    path = PurePath(file)
    folder = PurePath(get_upload_folder())
    return file.isprintable() and ".." not in path.parts and folder in path.parents
