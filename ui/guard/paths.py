"""What the addresses of the page are for."""

STATIC = ("/assets/", "/static/", "/svelte/")
STATIC_FILES = frozenset(
    {
        "/favicon.ico",
        "/manifest.json",
        "/robots.txt",
        "/theme.css",
        "/gradio_api/theme.css",
    }
)
HEALTH = "/healthz"
METRICS = "/metrics"

FILE = "/gradio_api/file="
UPLOADS = frozenset({"/gradio_api/upload", "/v1/articles"})
"""What takes files."""


def is_static(path: str) -> bool:
    """Whether an address is a file of the page itself, the same for every reader."""
    return path.startswith(STATIC) or path in STATIC_FILES
