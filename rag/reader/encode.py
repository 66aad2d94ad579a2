"""Two texts as the tokens that the reader takes, in training and in answering alike."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rag.errors import ModelError
from rag.reader.format import QUESTION_TOKENS, WINDOW

LONGEST = 20_000
"""Characters of a text that are tokenised: far more than the window holds."""

MARKS = 3

_BROKEN = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pair:
    """`[CLS] first [SEP] second [SEP]` as tokens.

    `ids` and `types` (tokens,) are what the graph takes, the types 0 as far as the first [SEP]
    and 1 after it. `offsets` (tokens of the second text, 2) are their characters in the second
    text, the first of them the pair's token number `second`.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    second: int
    offsets: NDArray[np.int32]


def marks_of(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the ids of [CLS] and [SEP]; raise ModelError if the tokenizer lacks one."""
    start, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if start is None or end is None:
        raise ModelError("The reader's tokenizer has no [CLS] or no [SEP]: use that of a BERT.")
    return start, end


def encode_pair(tokenizer: Tokenizer, first: str, second: str) -> Pair:
    """Return two texts as tokens: at most 64 of the first, and of both as many as the window has.

    Any text will do, also an empty one; marks such as [SEP] written in it are ordinary words. The
    tokenizer is set not to pad or cut by itself. Raises ModelError if it has no [CLS] or [SEP].
    """
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True
    start, end = marks_of(tokenizer)
    asked = _encoded(tokenizer, first).ids[:QUESTION_TOKENS]
    read = _encoded(tokenizer, second)
    room = WINDOW - MARKS - len(asked)
    ids = [start, *asked, end, *read.ids[:room], end]
    begins = len(asked) + MARKS - 1
    types = np.zeros(len(ids), np.int64)
    types[begins:] = 1
    offsets = np.array(read.offsets[:room], np.int32).reshape(-1, 2)
    return Pair(np.array(ids, np.int64), types, begins, offsets)


def _encoded(tokenizer: Tokenizer, text: str) -> Encoding:
    # Half a surrogate pair is no character, and no tokenizer takes it; the lengths stay.
    whole = _BROKEN.sub("\ufffd", text[:LONGEST])
    return tokenizer.encode(whole, add_special_tokens=False)
