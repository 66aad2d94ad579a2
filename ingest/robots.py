"""What a site's robots.txt allows, after RFC 9309, and how long to wait between requests."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from protego import Protego

from ingest.addresses import Target, shown
from ingest.transport import Clock
from rag.errors import FetchError, FetchRefused

_AGENT_LINE = re.compile(r"^\s*user[- ]?agent\b\s*:?([^#\n\r]*)", re.IGNORECASE)
_SOMEONE_ELSE = "-"

Read = Callable[[Target], tuple[int, bytes]]


class _Rules(Protocol):
    def can_fetch(self, url: str, user_agent: str) -> bool: ...
    def crawl_delay(self, user_agent: str) -> float | None: ...


@dataclass(slots=True)
class _Origin:
    """One origin: its rules or why there are none, and when it was last asked for a page."""

    rules: _Rules | None
    refusal: str | None = None
    last: float | None = None


class Robots:
    """The robots.txt of every origin of a run, read once each.

    A site that answers 4xx has no rules; one that answers 5xx or cannot be reached is not
    fetched from (RFC 9309, 2.3.1).
    """

    def __init__(self, agent: str, clock: Clock, longest_delay: float) -> None:
        """`agent` is the product token that rules may name; `longest_delay` is in seconds."""
        self._agent = agent
        self._clock = clock
        self._longest_delay = longest_delay
        self._origins: dict[str, _Origin] = {}

    def check(self, target: Target, read: Read) -> float:
        """Return the seconds to wait before asking for the target.

        `read` gets the target of the robots.txt and returns its status and body.
        Raises FetchRefused if the rules forbid the target or could not be read.
        """
        origin = self._origins.get(target.origin)
        if origin is None:
            origin = self._origins[target.origin] = self._read(target, read)
        if origin.refusal is not None:
            raise FetchRefused(origin.refusal)
        if origin.rules is None:
            return 0.0
        if not origin.rules.can_fetch(str(target.url), self._agent):
            raise FetchRefused(
                f"The robots.txt of {target.origin} asks programs not to fetch "
                f"{shown(target.url)}; open it in a browser, save it and add the file."
            )
        return self._wait(origin)

    def asked(self, target: Target) -> None:
        """Note that a page of the origin has been asked for now."""
        self._origins[target.origin].last = self._clock.monotonic()

    def _wait(self, origin: _Origin) -> float:
        delay = origin.rules.crawl_delay(self._agent) if origin.rules else None
        if not delay or origin.last is None:
            return 0.0
        since = self._clock.monotonic() - origin.last
        return max(0.0, min(delay, self._longest_delay) - since)

    def _read(self, target: Target, read: Read) -> _Origin:
        # The addresses that were checked for the page serve for its robots.txt too.
        place = Target(target.url.copy_with(raw_path=b"/robots.txt"), target.addresses)
        try:
            status, body = read(place)
        except FetchError as error:
            reason = f"{error} Without its robots.txt nothing is fetched from {target.origin}."
            return _Origin(None, reason)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            reason = f"The robots.txt of {target.origin} answered {status}, and without it "
            return _Origin(None, reason + "nothing is fetched from there; try again later.")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return _Origin(None)
        text = body.decode("utf-8-sig", errors="replace")
        return _Origin(Protego.parse(_for_agent(text, self._agent)))


def _for_agent(text: str, agent: str) -> str:
    """Fold all the agents of a robots.txt that are not `agent` into one.

    Protego keeps every rule once for each agent of its group, which a hostile file of half a
    megabyte turns into minutes; groups that are not about us need no rules of their own.
    """

    def folded(line: str) -> str:
        found = _AGENT_LINE.match(line)
        if found is None:
            return line
        name = found[1].strip().lower()
        core = name if name == "*" else name.replace("*", "")
        ours = core == "*" or (core and agent.lower().startswith(core))
        return f"User-agent: {core if ours else _SOMEONE_ELSE}"

    return "\n".join(map(folded, text.splitlines()))
