"""Text without the secrets that it may have picked up on its way."""

import os
import re

HIDDEN = "(hidden)"

_SECRET_VARIABLE = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)S?$", re.IGNORECASE)
_SHORTEST = 6
"""Characters of a value that is taken for a secret: less would hide ordinary words."""

_LOOKS_SECRET = re.compile(
    r"\b(?:(?:sk|pk|rk|xai)-|(?:gsk|hf)_)[\w*.-]{6,}"  # keys as providers write them
    r"|\b[Bb]earer\s+[^\s\"',;]+"
    r"|(?<=://)[^/\s@]+(?=@)"  # user and password of a URL
)


def redacted(text: str) -> str:
    """Return the text with what looks like a secret hidden.

    That is the value of every environment variable whose name ends in KEY, TOKEN, SECRET or
    PASSWORD, and what is written like a key, a bearer token or a URL's password.
    """
    for value in sorted(_secrets(), key=len, reverse=True):  # one may begin with another
        text = text.replace(value, HIDDEN)
    return _LOOKS_SECRET.sub(HIDDEN, text)


def _secrets() -> set[str]:
    values = {v.strip() for n, v in os.environ.items() if _SECRET_VARIABLE.search(n)}
    return {value for value in values if len(value) >= _SHORTEST}
