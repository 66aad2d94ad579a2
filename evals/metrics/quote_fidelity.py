"""Quote fidelity: whether what stands between quotation marks was said so."""

import re
from collections.abc import Sequence

from evals.case import Case
from evals.metrics.claims import claims
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited
from rag.analysis import words

SHORTEST = 3
"""Words; shorter quotations are names and single terms."""

_QUOTED = re.compile(
    r"„([^„“”]+)[“”]|“([^“”]+)(?:”|$)|«([^«»]+)(?:»|$)"
    r"|(?<![^\s(\[—–-])\"(?=\S)([^\"]+)(?:\"|$)|(?<!\w)‘([^‘]+?)’(?!\w)"
    r"|(?<![\w'])'(?=\S)([^']+?)'(?!\w)"
)
_CHANGED_LETTER = re.compile(r"\[(\w)\](?=\w)")
_LEFT_OUT = re.compile(r"\[[^\]]*\]|…|\.\s?\.\s?\.")

Quotation = list[list[str]]
"""The words of a quotation, in pieces between omissions."""


def quote_fidelity() -> Metric:
    """Quotations of 3 or more words that stand in a cited paragraph / all of these quotations.

    Compared word for word, numbers whole; letter case, punctuation and the look of quotation
    marks do not matter. What is put in square brackets is the writer's, and an ellipsis leaves
    words out: the pieces between must follow one another. A quotation that its sentence does not
    close runs to the end of the sentence. One of a sentence that cites nothing is not found.
    Range 0 to 1, up. `na` where there is no such quotation.

    Example: of “seven of their members” and “nine of their members” the cited paragraph has the
    first. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        cited = Cited(case)
        found = total = 0
        for claim in claims(case):
            sources = [
                words(_plain(case.record.articles[p.article].text[p.start : p.end]))
                for p in cited.paragraphs(*claim.cites)
            ]
            quoted = quotations(claim.text)
            total += len(quoted)
            found += sum(any(_stands(pieces, source) for source in sources) for pieces in quoted)
        return ratio(found, total)

    return Metric("quote_fidelity", score)


def quotations(text: str) -> list[Quotation]:
    """Return the quotations of 3 or more words in a text."""
    found = []
    for match in _QUOTED.finditer(text):
        quoted = _CHANGED_LETTER.sub(r"\1", match.group(match.lastindex or 0))
        pieces = [words(_plain(piece)) for piece in _LEFT_OUT.split(quoted)]
        if sum(map(len, pieces)) >= SHORTEST:
            found.append(pieces)
    return found


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("‘", "'")


def _stands(pieces: Quotation, source: Sequence[str]) -> bool:
    """Whether the pieces stand in the source, one after the other."""
    position = 0
    for piece in pieces:
        last = len(source) - len(piece)
        starts = (i for i in range(position, last + 1) if source[i : i + len(piece)] == piece)
        start = next(starts, None)
        if start is None:
            return False
        position = start + len(piece)
    return True
