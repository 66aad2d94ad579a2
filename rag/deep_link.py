"""A link that opens the original page at the quoted words: a URL with a text fragment.

Source: the WICG's draft "URL Fragment Text Directives", `#:~:text=prefix-,start,end,-suffix`.
"""

from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

WHOLE_UP_TO = 8
"""Words of a quotation up to which it is given whole; beyond, its first and last few."""

EDGE = 4
"""Words given of each end of a long quotation."""

CONTEXT = 3
"""Words of the prefix and of the suffix."""


def _encoded(words: list[str]) -> str:
    # The hyphen, comma and ampersand have a meaning of their own in a text directive.
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:  # http://[
        return False


def deep_link(url: str | None, quote: str, *, prefix: str = "", suffix: str = "") -> str | None:
    """Return the URL with a fragment that finds the quotation, or None without a web address.

    `prefix` and `suffix` are the text around the quotation in its own paragraph; a word of them
    that may be cut off is left out.
    """
    if not url or not _is_web(url):
        return None
    words = quote.split()
    if not words:
        return url
    if len(words) <= WHOLE_UP_TO:
        parts = [_encoded(words)]
    else:
        parts = [_encoded(words[:EDGE]), _encoded(words[-EDGE:])]
    if before := prefix.split()[-CONTEXT:]:
        parts.insert(0, f"{_encoded(before)}-")
    if after := suffix.split()[:CONTEXT]:
        parts.append(f"-{_encoded(after)}")
    base, mark, fragment = url.partition("#")
    fragment = fragment.partition(":~:")[0]
    return f"{base}{mark or '#'}{fragment}:~:text={','.join(parts)}"
