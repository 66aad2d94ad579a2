"""The reader: passages read for a question, claims read against their evidence."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.errors import ModelError
from rag.models.session import open_session
from rag.reader.encode import Pair, encode_pair, marks_of
from rag.reader.format import FORMAT, INPUTS, OUTPUTS, passage_text, text_start
from rag.reader.reading import Reading
from rag.reader.support import SupportProbabilities, probabilities

READ = ("relevance", "answerable", "start", "end")
SUPPORT = ("support",)

Outputs = list[NDArray[np.float32]]


class Reader:
    """Reads passages and claims: `Reader(path, threads=2).read(question, [(title, text)])`.

    One text is one run of the graph, several side by side: onnxruntime lets go of Python's lock.
    A text's result depends neither on the others nor on the number of threads.
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        """Open a file; raise ModelError if it is no reader of this format. No digest is read."""
        try:
            self._session = open_session(path)
            _check(self._session)
            self._tokenizer = _tokenizer_of(self._session)
        except Exception as error:  # onnxruntime and tokenizers raise plain ones
            told = (str(error).splitlines() or ["no message"])[0].rstrip(".")
            raise ModelError(
                f"{str(path)!r} cannot be used as the reader ({told}): install Dateline again, or "
                "make the file anew with: make reader."
            ) from error
        self._threads = threads

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is found in each passage, given as (title, text), in the order given."""
        pairs = [encode_pair(self._tokenizer, question, passage_text(*p)) for p in passages]
        results = self._run(READ, pairs)
        return [_reading(*both) for both in zip(passages, pairs, results, strict=True)]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[SupportProbabilities]:
        """Return for each (claim, paragraph) whether the one follows from the other, in order."""
        encoded = [encode_pair(self._tokenizer, claim, text) for claim, text in pairs]
        return [probabilities(logits[0]) for (logits,) in self._run(SUPPORT, encoded)]

    def _run(self, outputs: Sequence[str], pairs: Sequence[Pair]) -> list[Outputs]:
        def run(number: int) -> Outputs:
            pair = pairs[number]
            given = dict(zip(INPUTS, (pair.ids[None], pair.types[None]), strict=True))
            result: Outputs = self._session.run(outputs, given)
            return result

        # The longest first, so that no thread is still at a long text when the others are done.
        order = sorted(range(len(pairs)), key=lambda number: -len(pairs[number].ids))
        with ThreadPoolExecutor(self._threads) as pool:
            results = dict(zip(order, pool.map(run, order), strict=True))
        return [results[number] for number in range(len(pairs))]


def _reading(passage: tuple[str, str], pair: Pair, outputs: Outputs) -> Reading:
    """Return the outputs of one run as they concern the passage's own text."""
    title, text = passage
    relevance, answerable, starts, ends = (output.reshape(-1) for output in outputs)
    shift = text_start(title)
    own = pair.second + np.flatnonzero(pair.offsets[:, 0] >= shift)
    return Reading(
        relevance=float(relevance[0]),
        answerable=_probability(float(answerable[0])),
        starts=starts[own],
        ends=ends[own],
        null=float(starts[0]) + float(ends[0]),
        offsets=pair.offsets[own - pair.second] - np.int32(shift),
        text=text,
    )


def _probability(logit: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, logit))))


def _check(session: Any) -> None:  # noqa: ANN401 (onnxruntime has no types)
    """Raise ValueError, saying why, unless a session is of the reader's format."""
    form = session.get_modelmeta().custom_metadata_map.get("format")
    if form != FORMAT:
        raise ValueError(f"its format is {form!r}, not {FORMAT!r}")
    inputs = {given.name: given.type for given in session.get_inputs()}
    if inputs != dict.fromkeys(INPUTS, "tensor(int64)"):
        raise ValueError(f"its inputs are {inputs!r}")
    outputs = {output.name: output.type for output in session.get_outputs()}
    for name in OUTPUTS:
        if outputs.get(name) != "tensor(float)":
            raise ValueError(f"it has no output {name!r} of 32-bit numbers")


def _tokenizer_of(session: Any) -> Tokenizer:  # noqa: ANN401
    stored = session.get_modelmeta().custom_metadata_map.get("tokenizer")
    if stored is None:
        raise ValueError("it has no tokenizer")
    tokenizer = Tokenizer.from_str(stored)
    marks_of(tokenizer)
    return tokenizer
