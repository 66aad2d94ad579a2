"""Content encodings: what goes in comes out, in small pieces, whole or not at all."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import DecodingError, decoded

MIB = 1024 * 1024


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


ENCODINGS = {
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP ": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
CUT_SHORT = [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare_deflate)]
CUT_SHORT += [("br", brotli.compress), ("zstd", zstandard.compress)]


@given(
    st.binary(max_size=3000), st.sampled_from(sorted(ENCODINGS)), st.integers(1, 200), st.booleans()
)
def test_what_goes_in_comes_out_however_it_is_cut(data, encoding, size, twice):
    pack = ENCODINGS[encoding]
    packed = pack(pack(data)) if twice else pack(data)
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(decoded(pieces, [encoding] * (1 + twice))) == data


@given(st.binary(max_size=1000))
def test_bare_deflate_is_read_as_well(data):
    assert b"".join(decoded([bare_deflate(data)], ["deflate"])) == data


def test_the_last_encoding_is_undone_first():
    packed = brotli.compress(gzip.compress(b"text"))
    assert b"".join(decoded([packed], ["gzip", "br"])) == b"text"


def test_members_of_gzip_and_frames_of_zstd_are_joined():
    assert b"".join(decoded([gzip.compress(b"a") + gzip.compress(b"b")], ["gzip"])) == b"ab"
    assert b"".join(decoded([gzip.compress(b"a") + bytes(9)], ["gzip"])) == b"a"
    frames = zstandard.compress(b"a") + zstandard.compress(b"b")
    assert b"".join(decoded([frames], ["zstd"])) == b"ab"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_comes_out_in_small_pieces(encoding):
    packed = ENCODINGS[encoding](bytes(48 * MIB))
    largest = total = 0
    for piece in decoded([packed], [encoding]):
        largest, total = max(largest, len(piece)), total + len(piece)
    assert total == 48 * MIB
    assert largest <= 4 * MIB


@pytest.mark.parametrize(("encoding", "pack"), CUT_SHORT)
def test_data_that_stop_early_are_an_error(encoding, pack):
    packed = pack(bytes(range(256)) * 40)
    with pytest.raises(DecodingError):
        list(decoded([packed[:-9]], [encoding]))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty(encoding):
    assert list(decoded([], [encoding])) == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@given(data=st.binary(min_size=1, max_size=200))
def test_any_data_is_decoded_or_refused(encoding, data):
    try:
        size = sum(map(len, decoded([data], [encoding])))
    except DecodingError:
        return
    assert size < 64 * MIB


def test_a_zstd_window_over_8_mib_is_refused():
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=25)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = packer.compress(bytes(1000)) + packer.flush()
    with pytest.raises(DecodingError, match="zstd"):
        list(decoded([packed], ["zstd"]))


@pytest.mark.parametrize("encodings", [["rot13"], ["gzip", "gzip", "gzip"]])
def test_unknown_or_too_many_encodings_are_refused(encodings):
    with pytest.raises(DecodingError):
        decoded([b""], encodings)
