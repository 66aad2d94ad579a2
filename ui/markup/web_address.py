"""Addresses outside that a page may link to."""

from urllib.parse import urlsplit


def web_address(address: str | None) -> str | None:
    """Return an http(s) address with a host, or None: what is anything else is shown, not linked.

    One with spaces, control or invisible characters is refused too, since browsers drop some.
    """
    if not address or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname)
    except ValueError:  # http://[
        return None
    return address if parts.scheme in {"http", "https"} and named else None


def host_of(address: str) -> str:
    """Return the host that a web address leads to, for people."""
    return urlsplit(address).hostname or ""
