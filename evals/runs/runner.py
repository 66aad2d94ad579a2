"""Ask every gold question, several at a time, and store the answers."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from evals.gold.question import GoldQuestion
from evals.runs.store import Answered, Found, Writer, portable
from rag.answerer import Answerer, Ask, Evidence, Turn
from rag.errors import LibraryError, ModelError
from rag.library.rows import NO_FILTERS, Filters
from rag.reply import Reply

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    asked: int
    taken_up: int
    failed: tuple[str, ...]


def answer_all(
    questions: Sequence[GoldQuestion],
    answerer: Answerer,
    writer: Writer,
    *,
    jobs: int = 2,
    drafts: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Ask what the run does not hold yet; a question that fails is stored with its error.

    Each answer is on disk as soon as it is made. An interruption ends the answers that are being
    written, of which nothing is kept. `drafts` stores what was withheld, too.

    Raises LibraryError or ModelError: what is wrong with the library is wrong with every answer.
    """
    open_ = [q for q in questions if q.id not in writer.done]
    taken_up = len(questions) - len(open_)
    failed: list[str] = []
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        waiting = [pool.submit(_answered, answerer, question, drafts, stop) for question in open_]
        try:
            for count, future in enumerate(as_completed(waiting), start=1):
                answered, timings = future.result()
                writer.put(answered, timings)
                if answered.error is not None:
                    failed.append(answered.id)
                if progress:
                    progress(taken_up + count, len(questions))
        except BaseException:
            stop.set()  # a chat model may need a minute for what nobody waits for
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    writer.finish([question.id for question in questions])
    return Outcome(len(open_), taken_up, tuple(failed))


def _answered(
    answerer: Answerer, question: GoldQuestion, drafts: bool, stop: threading.Event
) -> tuple[Answered, dict[str, float]]:
    try:
        reply, evidence = ask(answerer, question, drafts=drafts, stop=stop)
    except (LibraryError, ModelError):
        raise
    except Exception as error:  # noqa: BLE001 (stored as this question's error)
        said = f"{type(error).__name__}: {error}"
        return Answered(id=question.id, reply=None, error=said), {}
    answered = Answered(id=question.id, reply=portable(reply), retrieved=_retrieved(evidence))
    return answered, reply.timings_ms.model_dump()


def ask(
    answerer: Answerer,
    question: GoldQuestion,
    *,
    drafts: bool = False,
    stop: threading.Event | None = None,
) -> tuple[Reply, Evidence]:
    """Ask a question after asking the turns before it, each in its own conversation."""
    filters = Filters(as_of=question.as_of) if question.as_of else NO_FILTERS
    turns: tuple[Turn, ...] = ()
    for turn in question.history:
        reply = answerer.answer(Ask(turn.question, history=turns, filters=filters, stop=stop))
        turns = (*turns, Turn(turn.question, reply))
    last = Ask(question.question, turns, filters, question.id, drafts, stop)
    return answerer.examined(last)


def _retrieved(evidence: Evidence) -> tuple[Found, ...]:
    return tuple(
        Found(article=p.article_id, start=p.start, end=p.end)
        for p in (hit.passage for hit in evidence.found.hits)
    )
