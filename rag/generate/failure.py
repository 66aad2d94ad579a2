"""Why a chat model wrote nothing of use: its kind, and one plain sentence without secrets."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from rag.errors import DatelineError, ModelError
from rag.generate.redaction import redacted

Kind = Literal[
    "late", "busy", "quota", "server", "refused", "host", "certificate", "key", "missing",
    "long", "temperature", "options", "request", "filtered", "empty", "broken", "garbled", "failed",
]  # fmt: skip

SENTENCES: dict[Kind, str] = {
    "late": "The model {name} did not answer in {seconds:g} s: ask again, or give it more time.",
    "busy": "The model {name} takes no more requests for now{note}: wait a little and ask again.",
    "quota": "The account of the model {name} has no quota left{note}: see to its billing.",
    "server": "The server of the model {name} failed{note}: ask again later.",
    "refused": "No connection to the model {name} could be made: start its server, or mend the "
    "address.",
    "host": "The host of the model {name} was not found: check the address and the network.",
    "certificate": "No safe connection to the model {name} could be made: its certificate is not "
    "trusted here, or its server speaks no TLS.",
    "key": "The model {name} refused the key{note}: set {key} anew.",
    "missing": "There is no model {name} at its address{note}: check its name and address.",
    "long": "The prompt is too long for the model {name}: give it fewer sources, or name a model "
    "that reads more.",
    "temperature": "The model {name} does not take this temperature{note}: name another model.",
    "options": "The model {name} cannot tell its usage{note}: name another model.",
    "request": "The model {name} did not take the request{note}: check its name and address.",
    "filtered": "The model {name} refused to answer: its provider's filter stopped it.",
    "empty": "The model {name} returned no text: ask again, or name another model.",
    "broken": "The connection to the model {name} broke off: ask again.",
    "garbled": "The server of the model {name} sent what cannot be read as a reply: check its "
    "address.",
    "failed": "The model {name} failed{note}: ask again, or name another model.",
}

_BUSY = 429

_STATUSES: dict[int, Kind] = {
    401: "key", 402: "quota", 403: "key", 404: "missing", 408: "late", 413: "long", 504: "late",
    _BUSY: "busy",
}  # fmt: skip

_CODES: dict[str, Kind] = {
    "rate_limit_exceeded": "busy", "rate_limit_error": "busy", "insufficient_quota": "quota",
    "invalid_api_key": "key", "authentication_error": "key", "permission_error": "key",
    "model_not_found": "missing", "not_found_error": "missing",
    "context_length_exceeded": "long", "content_filter": "filtered",
    "content_policy_violation": "filtered", "server_error": "server", "api_error": "server",
    "overloaded_error": "server",
}  # fmt: skip
"""What providers call it; told in a stream that has begun, where there is no HTTP status."""

_SAID: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"insufficient_quota|current quota|credit balance"), "quota"),
    (re.compile(r"context.?(?:length|window|size)|too long|too many (?:input )?tokens"), "long"),
    (re.compile(r"content.?(?:filter|policy|management)"), "filtered"),
    (re.compile(r"temperature"), "temperature"),
    (re.compile(r"stream_options|include_usage"), "options"),
    (re.compile(r"api.?key"), "key"),
)
"""What a refused request is about, where the status alone does not tell."""

_TELLING = frozenset({400, 402, 403, 413, 422, _BUSY})
"""Statuses that are used for several of these."""

_BROKEN = frozenset({"readerror", "writeerror", "remoteprotocolerror", "incompleteread"})
_GARBLED = (
    json.JSONDecodeError, UnicodeError, AttributeError, IndexError, KeyError, TypeError,
)  # fmt: skip
_GARBLED_NAMES = frozenset({"decodingerror", "validationerror", "apiresponsevalidationerror"})
_NO_CHUNKS = "no generation chunks were returned"
_CODE = re.compile(r"[a-z]{2,20}(?:_[a-z]{2,20}){0,4}")


class GeneratorFailed(ModelError):
    """A chat model gave no text; `kind` says why in a word, the message in a sentence.

    The message never holds a key, a header or the prompt, nor what the provider said.
    """

    def __init__(self, kind: Kind, reason: str) -> None:
        """Keep the sentence, without any secret that got into it."""
        super().__init__(redacted(reason))
        self.kind = kind

    @property
    def reason(self) -> str:
        """The sentence."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Failure:
    """What one call to a model came to.

    `note` is a status or a provider's code, `wait` the seconds that the server asked for, `own` a
    sentence of Dateline's that goes before the one of the kind.
    """

    kind: Kind
    note: str = ""
    wait: float | None = None
    own: str | None = None

    def sentence(self, name: str, *, seconds: float, key: str | None) -> str:
        """Return the sentence for a model's name, its seconds and its key's variable."""
        sentence = self.own or SENTENCES[self.kind].format(
            name=repr(name),
            seconds=seconds,
            key=key or "its provider's key",
            note=f" ({self.note})" if self.note else "",
        )
        return redacted(sentence)


def failure_of(error: BaseException) -> Failure:
    """Return what an exception of a chat model, of whichever provider, comes to.

    Providers share no base class, so it is told by the HTTP status, else by the provider's code,
    else by the exceptions behind it. What the provider wrote is read for this and never repeated.
    """
    chain = list(_chain(error))
    said = " ".join(str(one) for one in chain).lower()
    if isinstance(error, DatelineError):
        return Failure("long") if _about(said) == "long" else Failure("failed", own=str(error))
    status = next((s for s in map(_status, chain) if s is not None), None)
    code = next((c for c in map(_code, chain) if c is not None), None)
    if status is not None:
        return _by_status(status, code, said, _wait(chain))
    if code in _CODES:
        return Failure(_CODES[code], code)
    if code is not None or type(error).__name__ == "APIError":
        return Failure(_about(said) or "server", code or "")
    return Failure(*_by_cause(chain, said))


def _by_status(status: int, code: str | None, said: str, wait: float | None) -> Failure:
    kind = _about(said) if status in _TELLING else None
    if status == _BUSY and kind != "quota":  # it may name whatever there was too much of
        kind = None
    if kind is None:
        default: Kind = "server" if status >= 500 else "request"  # noqa: PLR2004 (HTTP's own)
        kind = _STATUSES.get(status) or _CODES.get(code or "") or default
    return Failure(kind, f"{status}, {code}" if code and kind == "request" else f"{status}", wait)


def _by_cause(chain: list[BaseException], said: str) -> tuple[Kind, str]:
    names = {type(one).__name__.lower() for one in chain}
    signs: tuple[tuple[bool, Kind], ...] = (
        (_any(chain, TimeoutError) or _named(names, "timeout"), "late"),
        (_any(chain, socket.gaierror), "host"),
        (_any(chain, ssl.SSLError), "certificate"),
        (_any(chain, ConnectionRefusedError), "refused"),
        (_any(chain, ConnectionError) or bool(names & _BROKEN), "broken"),
        (_named(names, "connect"), "refused"),
        (_NO_CHUNKS in said, "empty"),
        (_any(chain, *_GARBLED) or bool(names & _GARBLED_NAMES), "garbled"),
    )
    kind = next((kind for there, kind in signs if there), None)
    return (kind, "") if kind else ("failed", type(chain[0]).__name__)


def _named(names: set[str], part: str) -> bool:
    return any(part in name for name in names)


def _any(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(one, kinds) for one in chain)


def _about(said: str) -> Kind | None:
    return next((kind for pattern, kind in _SAID if pattern.search(said)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "code"):
            value = getattr(holder, name, None)
            if isinstance(value, str) and value.isdecimal() and value.isascii():
                value = int(value)
            if isinstance(value, int) and value in range(300, 600):
                return value
    return None


def _code(error: BaseException) -> str | None:
    for name in ("code", "type"):
        value = getattr(error, name, None)
        if isinstance(value, str) and _CODE.fullmatch(value):
            return value
    return None


def _wait(chain: list[BaseException]) -> float | None:
    """Seconds of a Retry-After header: a number or a date; None if it says neither."""
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None)
        value = headers.get("retry-after") if headers is not None else None
        if isinstance(value, str):
            return _seconds(value.strip())
    return None


def _seconds(value: str) -> float | None:
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", value, re.ASCII):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
