"""Let a small model choose sentences: it can write nothing but the number of one.

What it would have written instead is known too, so that one token ranks all sentences; the rank
that they have by similarity counts as well (reciprocal rank fusion, Cormack et al., SIGIR 2009).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.fusion import reciprocal_rank_fusion
from rag.generate.source import Source

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NUMBERS = 9
"""Sentences among which can be chosen: each number is then one token."""

TOKENS = 2
"""A bracket and a number."""

FUSION_K = 3
"""k of the fusion, chosen on the development questions."""


def grammar_of(sources: Sequence[Source]) -> str:
    """Return the grammar (GBNF, llama.cpp's) of a bracket and one of the sources' numbers."""
    numbers = " | ".join(f'"{source.n}"' for source in sources)
    return f'root ::= "[" ({numbers})\n'


def choosing(chat: "BaseChatModel", sources: Sequence[Source]) -> "BaseChatModel":
    """Return the same model, which now answers with the number of one of these sources."""
    return chat.model_copy(update={"grammar": grammar_of(sources), "top_logprobs": 2 * NUMBERS})


def chosen(
    text: str, logprobs: Sequence[dict[str, Any]], sources: Sequence[Source], *, most: int
) -> tuple[int, ...]:
    """Return the numbers of the sources that answer best, by the model and by their rank.

    `logprobs` has the tokens of the text with their alternatives. Without any, the number in the
    text comes first and the others follow by rank.
    """
    by_rank = [s.n for s in sorted(sources, key=lambda s: (s.rank, s.n))]
    by_model = _by_model(text, logprobs, {source.n for source in sources})
    scores = reciprocal_rank_fusion([by_model, by_rank], k=FUSION_K)
    return tuple(sorted(scores, key=lambda n: (-scores[n], n))[:most])


def _by_model(text: str, logprobs: Sequence[dict[str, Any]], known: set[int]) -> list[int]:
    """Return the numbers in the order of their probability where the model wrote one."""
    for token in logprobs:
        if _number(token) in known:
            ranked = sorted(token.get("top_logprobs") or [token], key=lambda t: -t["logprob"])
            return [n for n in dict.fromkeys(map(_number, ranked)) if n in known]
    written = text.strip("[] \n")
    return [int(written)] if written.isdecimal() and int(written) in known else []


def _number(token: dict[str, Any]) -> int:
    """Return the number that a token is; 0, which no source has, if it is none."""
    written = str(token.get("token", "")).strip()
    return int(written) if written.isascii() and written.isdecimal() else 0
