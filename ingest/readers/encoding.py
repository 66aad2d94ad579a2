"""Bytes to text, in whatever encoding an article was saved."""

import codecs
import re

from rag.errors import ReadError

MAX_CHARACTERS = 16_000_000
SAMPLE = 256 * 1024
MAX_CONTROL_SHARE = 0.01
MAX_STRAY_CONTROLS = 4
MAX_BROKEN_SHARE = 0.001

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes([*range(9), 11, *range(14, 27), *range(28, 32)])
_UNWANTED = re.compile("[\x00\ud800-\udfff]")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_PROLOGUE = 4096


def decode(data: bytes, *, source: str, declared: str | None = None) -> str:
    r"""Return the text of `data` without NUL and lone surrogates, line ends as `\n`.

    Tried in order: a byte-order mark (UTF-8, UTF-16), the `declared` charset, UTF-8, then the
    guess of charset_normalizer. Raises `ReadError` for binary data and for more than 16 million
    characters.
    """
    text = _decoded(data, declared)
    if text is None:
        raise ReadError(
            f"{source!r} holds binary data, not text; convert it to text or HTML first."
        )
    if len(text) > MAX_CHARACTERS:
        raise ReadError(
            f"{source!r} has {len(text)} characters, more than {MAX_CHARACTERS}; split it up first."
        )
    return tidy(text)


def tidy(text: str) -> str:
    r"""The text without NUL and lone surrogates, line ends as `\n`."""
    return _UNWANTED.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def declared_charset(data: bytes, content_type: str | None = None) -> str | None:
    """The charset that a page declares: in the HTTP header, else in a meta tag at its start."""
    if content_type and (match := re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.I)):
        return match[1]
    meta = _META_CHARSET.search(data[:_PROLOGUE])
    return meta[1].decode("ascii", "replace") if meta else None


def _decoded(data: bytes, declared: str | None) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if controls > max(MAX_STRAY_CONTROLS, MAX_CONTROL_SHARE * len(sample)):
        return None
    if declared and (text := _as_declared(data, declared)) is not None:
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data)


def _as_declared(data: bytes, declared: str) -> str | None:
    # Browsers read these names as Windows-1252, which differs where quotation marks are.
    name = (
        "cp1252" if declared.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii") else declared
    )
    try:
        if codecs.lookup(name).name in ("utf-8", "utf-16", "utf-32") or not _is_text_codec(name):
            return None
        return data.decode(name, "replace")
    except (LookupError, UnicodeError):
        return None


def _is_text_codec(name: str) -> bool:
    """Whether the name is a charset: `rot13`, `hex` and `zlib` are codecs too."""
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", False)) and name.lower() not in (
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "undefined",
    )


def _guessed(data: bytes) -> str:
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if broken <= MAX_BROKEN_SHARE * len(lenient):
        return lenient  # UTF-8 with a few damaged bytes, not another encoding
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    return data.decode(best.encoding if best else "cp1252", "replace")
