"""Sentences in other words by the local chat model, kept where they state the same."""

import hashlib
import time
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from evals.reader.journal import Journal
from evals.reader.parallel import in_parallel
from evals.reader.progress import Progress, silent
from evals.reader.prompts import PARAPHRASE_VERSION, rewording
from evals.reader.writers import SLOTS, Writer
from rag.analysis import words
from rag.support import SupportModel

LONGEST = 1.3
"""Times the words of the sentence that a paraphrase may have."""

MOST_ALIKE = 0.85
"""Likeness of the rows of words from which a paraphrase is the sentence again."""


def ask_paraphrases(
    sentences: Sequence[str],
    writer: Writer,
    written: Path,
    *,
    seconds: float | None = None,
    jobs: int = SLOTS,
    progress: Progress = silent,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Ask the model to reword each sentence that `written` does not hold yet; returns how many.

    What `evals.reader.questions.ask_questions` says of budget, interruption and going on holds.
    """
    journal = Journal(written)
    held = {one["key"] for one in journal.read()}
    every = list(dict.fromkeys(sentences))
    open_ = [sentence for sentence in every if _key(sentence) not in held]
    replies = in_parallel(
        open_,
        lambda sentence: writer.write(rewording(sentence)),
        jobs=jobs,
        stop=writer.stop,
        seconds=seconds,
        clock=clock,
    )
    done = 0
    for sentence, reply in replies:
        journal.append([{"key": _key(sentence), "sentence": sentence, "written": reply}])
        done += 1
        progress("paraphrases", len(every) - len(open_) + done, len(every))
    return done


def read_paraphrases(written: Path) -> dict[str, str]:
    """Return the sentences that have a paraphrase which states the same, each with it."""
    model = SupportModel()
    pairs = ((one["sentence"], _plain(one["written"])) for one in Journal(written).read())
    return {sentence: reply for sentence, reply in pairs if states_the_same(sentence, reply, model)}


def states_the_same(sentence: str, paraphrase: str, model: SupportModel) -> bool:
    """Whether numbers, dates, names, quotations and polarity are the same, the words are not.

    Each must be found in the other by the deterministic checks of `rag.support`.
    """
    before, after = words(sentence), words(paraphrase)
    if not after or len(after) > LONGEST * len(before) or paraphrase.count("\n"):
        return False
    if SequenceMatcher(None, before, after, autojunk=False).ratio() >= MOST_ALIKE:
        return False
    return _states(sentence, paraphrase, model) and _states(paraphrase, sentence, model)


def _states(text: str, claim: str, model: SupportModel) -> bool:
    found = model.check(text, claim)
    amiss = found.numbers or found.dates or found.names or found.quotations
    return not amiss and found.polarity_kept and found.support != "unsupported"


def _plain(reply: str) -> str:
    return reply.strip().strip('"“”').strip()


def _key(sentence: str) -> str:
    return hashlib.sha256(f"{PARAPHRASE_VERSION}\n{sentence}".encode()).hexdigest()[:16]
