"""Who is signed in: a random token for each browser, of which only the digest is kept."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from ui.store.clock import moment
from ui.store.schema import fit, sessions

LASTS = timedelta(days=30)

TOKEN_BYTES = 32


def begin(db: Connection, user: str, now: datetime) -> str:
    """Begin a session and return its token; sessions that are over are forgotten."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(delete(sessions).where(sessions.c.expires_at <= moment(now)))
    db.execute(
        insert(sessions).values(
            token_sha256=_digest(token), user=user, expires_at=moment(now + LASTS)
        )
    )
    return token


def user_of(db: Connection, token: str, now: datetime) -> str | None:
    """Return whose session it is, None for one that is over or never was."""
    found = select(sessions.c.user).where(
        sessions.c.token_sha256 == _digest(token), sessions.c.expires_at > moment(now)
    )
    user: str | None = db.execute(found).scalar_one_or_none()
    return user


def end(db: Connection, token: str) -> None:
    """End a session, if there is one."""
    db.execute(delete(sessions).where(sessions.c.token_sha256 == _digest(token)))


def _digest(token: str) -> str:
    return sha256(fit(token).encode()).hexdigest()
