"""Addresses of others, made harmless: what is no plain web address becomes no link at all."""

import re
from urllib.parse import quote, urlsplit

_SAFE = ":/?#[]@!$&'()*+,;=%~"
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)


def web_address(url: str | None) -> str | None:
    """Return an http(s) address with every character but RFC 3986's percent-encoded, or None.

    None also for one with a name before its host: `https://known.example@other.example/`.
    """
    if not url:
        return None
    encoded = quote(url.strip(), safe=_SAFE, errors="replace")
    try:
        is_plain = bool(_WEB.match(encoded)) and "@" not in urlsplit(encoded).netloc
    except ValueError:  # http://[
        return None
    return encoded if is_plain else None
