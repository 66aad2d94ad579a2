"""Why a judge did not reply, in words that hold no secret."""

from collections.abc import Iterator
from typing import Literal

Kind = Literal["refused", "busy", "temperature", "late", "failed"]

KEY_REFUSED = frozenset({401, 403})
NOT_FOUND = 404
BUSY = 429
LATE = frozenset({408, 504})
BAD_REQUEST = frozenset({400, 422})
STATUSES = range(400, 600)


class Failure(Exception):
    """A call that came to nothing.

    `refused`: so will every other call be. `busy`: a later one may not. `temperature`: the model
    does not take the one that was set. `late`: it may have cost its tokens all the same.
    `reason` never repeats what the provider said, since that may hold the key.
    """

    def __init__(self, kind: Kind, reason: str) -> None:
        """Name the kind and say why in a few words."""
        super().__init__(reason)
        self.kind, self.reason = kind, reason


def failure_of(error: BaseException, seconds: float) -> Failure:
    """Return what an exception of a chat model, of whichever provider, comes to.

    Providers share no base class: it is told by the HTTP status, else by the names of the
    exception and of those behind it.
    """
    chain = list(_chain(error))
    status = next((s for s in map(_status, chain) if s is not None), None)
    names = [type(one).__name__.lower() for one in chain]
    if status is not None:
        return _by_status(status, str(error).lower(), seconds)
    if any(isinstance(one, TimeoutError) for one in chain) or _named(names, "timeout"):
        return _late(seconds)
    if any(isinstance(one, ConnectionRefusedError) for one in chain):
        return Failure("refused", "the connection to the judge was refused")
    if _named(names, "connect"):
        return Failure("refused", "no connection to the judge could be made")
    return Failure("failed", f"the judge failed ({type(error).__name__})")


def _by_status(status: int, said: str, seconds: float) -> Failure:
    if status in KEY_REFUSED:
        return Failure("refused", f"the judge's provider refused the key ({status})")
    if status == NOT_FOUND:
        return Failure("refused", f"the judge's provider has no such model ({status})")
    if status == BUSY:
        return Failure("busy", f"too many requests to the judge ({status})")
    if status in LATE:
        return _late(seconds)
    if status in BAD_REQUEST and "temperature" in said:
        return Failure("temperature", f"the judge does not take this temperature ({status})")
    return Failure("failed", f"the judge's provider did not grade it ({status})")


def _late(seconds: float) -> Failure:
    return Failure("late", f"the judge did not reply within {seconds:g} s")


def _named(names: list[str], part: str) -> bool:
    return any(part in name for name in names)


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    for holder in (error, response):
        for name in ("status_code", "code"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and value in STATUSES:
                return value
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
