"""Content encodings of HTTP undone piece by piece, so that a bomb never sits in memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import brotli
import zstandard

ACCEPTED = "gzip, deflate, br, zstd"

PIECE = 64 * 1024
# A zstd block of 4 bytes can stand for 128 KiB, and its decoder hands out all it has: a slice of
# this size keeps one step below 4 MiB. RFC 9659 sets the window.
ZSTD_SLICE = 128
ZSTD_WINDOW = 8 * 1024 * 1024
MOST_ENCODINGS = 2

_GZIP_MAGIC = b"\x1f\x8b"

Decoder = Callable[[Iterable[bytes]], Iterator[bytes]]


class DecodingError(ValueError):
    """A body that is not what its Content-Encoding says, or an encoding not known here."""


def decoded(chunks: Iterable[bytes], encodings: Sequence[str]) -> Iterator[bytes]:
    """Undo the encodings of a body, the last one first, yielding pieces of a few MiB at most.

    Raises DecodingError for damaged or incomplete data and for unknown or too many encodings.
    """
    named = [name for name in (part.strip().lower() for part in encodings) if name]
    applied = [name for name in named if name != "identity"]
    if len(applied) > MOST_ENCODINGS:
        raise DecodingError(f"{len(applied)} content encodings, one over the other")
    pieces = iter(chunks)
    for name in reversed(applied):
        if name not in _DECODERS:
            raise DecodingError(f"the content encoding {name!r}, which is not known here")
        pieces = _DECODERS[name](pieces)
    return pieces


def _gzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    seen = False
    for chunk in chunks:
        seen = seen or bool(chunk)
        rest = chunk
        while rest:
            if stream.eof:
                # Another member may follow; anything else after the end is padding.
                if not rest.startswith(_GZIP_MAGIC):
                    break
                stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _inflate(stream, rest)
            rest = stream.unused_data
    if seen and not stream.eof:
        raise DecodingError("gzip data that stop before their end")


def _deflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = None
    for chunk in chunks:
        if stream is None and chunk:
            stream = _deflate_stream(chunk)
        if stream is not None and not stream.eof:
            yield from _inflate(stream, chunk)
    if stream is not None and not stream.eof:
        raise DecodingError("deflate data that stop before their end")


def _deflate_stream(start: bytes) -> "zlib._Decompress":
    """Servers send both zlib data (RFC 1950, as HTTP wants) and bare deflate (RFC 1951)."""
    try:
        zlib.decompressobj().decompress(start, 1)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS)
    return zlib.decompressobj()


def _inflate(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    try:
        while data:
            yield stream.decompress(data, PIECE)
            data = stream.unconsumed_tail
        # Output may still be held back when the last of the input has been taken.
        while not stream.eof and (held := stream.decompress(b"", PIECE)):
            yield held
    except zlib.error as error:
        raise DecodingError(f"damaged gzip or deflate data ({error})") from error


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    seen = False
    try:
        for chunk in chunks:
            if stream.is_finished():
                break
            seen = seen or bool(chunk)
            piece = stream.process(chunk, output_buffer_limit=PIECE)
            # It may have taken all the input and still hold output back.
            while piece or not stream.can_accept_more_data():
                yield piece
                piece = stream.process(b"", output_buffer_limit=PIECE)
    except brotli.error as error:
        raise DecodingError(f"damaged brotli data ({error})") from error
    if seen and not stream.is_finished():
        raise DecodingError("brotli data that stop before their end")


def _zstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    stream = None
    ended = True
    try:
        for piece in _slices(chunks):
            rest = piece
            while rest:
                if stream is None or stream.eof:
                    stream = decompressor.decompressobj()
                yield stream.decompress(rest)
                rest = stream.unused_data
            ended = stream is None or stream.eof
    except zstandard.ZstdError as error:
        raise DecodingError(f"damaged zstd data ({error})") from error
    if not ended:
        raise DecodingError("zstd data that stop before their end")


def _slices(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), ZSTD_SLICE):
            yield chunk[start : start + ZSTD_SLICE]


_DECODERS: dict[str, Decoder] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
