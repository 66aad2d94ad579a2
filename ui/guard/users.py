"""The readers who may sign in: a file with a line each, `name:scrypt$n$r$p$salt$hash`."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.errors import UsageError

N, R, P = 2**15, 8, 3
"""OWASP's choice for 32 MiB (Password Storage Cheat Sheet)."""

SALT_BYTES = 16
HASH_BYTES = 32
FEWEST_CHARACTERS = 8
MARK_DIGITS = 16
MOST_MEMORY = 2**28

_NAME = re.compile(r"(?=\S)[^:#*\x00-\x1f\x7f][^:\x00-\x1f\x7f]{0,99}(?<=\S)")
_LINE = re.compile(
    rf"(?P<name>{_NAME.pattern})"
    r":scrypt\$(?P<n>\d{1,8})\$(?P<r>\d{1,3})\$(?P<p>\d{1,3})"
    r"\$(?P<salt>[A-Za-z0-9+/=]+)\$(?P<hash>[A-Za-z0-9+/=]+)"
)


@dataclass(frozen=True, slots=True)
class _Password:
    """A password's scrypt hash (RFC 7914), and how it was made."""

    n: int
    r: int
    p: int
    salt: bytes
    expected: bytes

    def __repr__(self) -> str:
        return "_Password(…)"

    def matches(self, password: str) -> bool:
        made = _scrypt(password, self.salt, self.n, self.r, self.p, len(self.expected))
        return hmac.compare_digest(made, self.expected)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    given = password.encode(errors="surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=MOST_MEMORY, dklen=length)


@cache
def _try(n: int, r: int, p: int, length: int) -> None:
    """Raise ValueError for what no hash can be made with; once: each takes a tenth of a second."""
    _scrypt("", b"", n, r, p, length)


class Users:
    """Names and passwords; `Users.read(path).verify(name, password)`."""

    def __init__(self, lines: Iterable[str], *, source: str = "the list of users") -> None:
        """Read the lines; blank ones and those that begin with # say nothing.

        Raises UsageError with the number of a line that is wrong, never with what it says.
        """
        self._passwords: dict[str, _Password] = {}
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if text and not text.startswith("#"):
                self._add(text, f"Line {number} of {source}")
        if not self._passwords:
            raise UsageError(f"There is no user in {source}; add a line for one.")
        # A name that is not there must take as long: it is compared with a password nobody has.
        like = next(iter(self._passwords.values()))
        self._nobody = _Password(
            like.n, like.r, like.p, secrets.token_bytes(SALT_BYTES), secrets.token_bytes(HASH_BYTES)
        )

    @classmethod
    def read(cls, path: Path) -> "Users":
        """Read the file; raises UsageError if it cannot be read."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"The file of users {str(path)!r} cannot be read: {error}. Name another with the "
                "setting 'users', or make it."
            ) from error
        return cls(lines, source=repr(str(path)))

    def mark(self, name: str) -> str | None:
        """Return what changes with a user's password, None for a name unknown."""
        known = self._passwords.get(name)
        return hashlib.sha256(known.expected).hexdigest()[:MARK_DIGITS] if known else None

    def verify(self, name: str, password: str) -> bool:
        """Return whether this is the user's password; takes as long for a name unknown."""
        known = self._passwords.get(name)
        matches = (known or self._nobody).matches(password)
        return matches and known is not None

    def _add(self, text: str, place: str) -> None:
        found = _LINE.fullmatch(text)
        if found is None:
            raise UsageError(
                f"{place} is not of the form name:scrypt$n$r$p$salt$hash; make it anew."
            )
        name = found["name"]
        if name in self._passwords:
            raise UsageError(f"{place} names {name!r} again; keep one of the two.")
        try:
            password = _Password(
                int(found["n"]), int(found["r"]), int(found["p"]),
                base64.b64decode(found["salt"], validate=True),
                base64.b64decode(found["hash"], validate=True),
            )  # fmt: skip
            _try(password.n, password.r, password.p, len(password.expected))
        except (ValueError, OverflowError, MemoryError, binascii.Error) as error:
            raise UsageError(
                f"{place} cannot be checked against a password; make it anew."
            ) from error
        self._passwords[name] = password


def line_for(name: str, password: str) -> str:
    """Return the line that lets a user in; raises UsageError for a name or password unfit."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"A user cannot be called {name!r}: take up to 100 characters, none a colon."
        )
    if len(password) < FEWEST_CHARACTERS:
        raise UsageError(
            f"A password needs at least {FEWEST_CHARACTERS} characters; take a longer one."
        )
    salt = secrets.token_bytes(SALT_BYTES)
    made = _scrypt(password, salt, N, R, P, HASH_BYTES)
    told = "$".join(base64.b64encode(part).decode() for part in (salt, made))
    return f"{name}:scrypt${N}${R}${P}${told}"
