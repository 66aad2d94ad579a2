"""The cookies that this server gives out."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

READER = "dateline"
SESSION = "dateline_session"
READER_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""

SESSION_SECONDS = 30 * 24 * 3600


def cookie_in(scope: Scope, name: str) -> str | None:
    """Return the value of a cookie that came with a request."""
    return HTTPConnection(scope).cookies.get(name)


def cookie_header(name: str, value: str, *, seconds: int, secure: bool) -> str:
    """Return a Set-Cookie header: not for scripts, not for other sites' requests."""
    parts = [f"{name}={value}", f"Max-Age={seconds}", "Path=/", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)
