"""`dateline ask`: one question, or a batch of them."""

import threading
from collections.abc import Callable

from rag.answerer import EXTRACTIVE, Answerer, Ask, Generator
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.models.load import load_embedder
from rag.reader.load import begin_loading, load_reader
from rag.reply import Reply
from rag.rerank import PassageReader
from rag.settings import Settings
from ui.invocation import Invocation
from ui.narrowing import Narrowing
from ui.output import write_json
from ui.session import asking

ABSTAINED = 3


def chain_of(
    library: Library,
    settings: Settings,
    embedder: Embedder | None = None,
    *,
    reader: Callable[[], PassageReader | None] | None = None,
) -> Answerer:
    """Return what answers from an open library; loads the embedding model if none is given.

    `reader` gives one that is being loaded already. Raises UsageError or ModelError for a
    generator that is none or not here.
    """
    generator: Generator | None = None
    if settings.generator != EXTRACTIVE:
        from rag.generate.choice import generator_of

        generator = generator_of(settings)
    return Answerer(
        library,
        embedder or load_embedder(settings),
        settings,
        reader=reader() if reader else load_reader(settings),
        generator=generator,
    )


def run(
    invocation: Invocation,
    question: str | None,
    narrowing: Narrowing,
    *,
    batch: str | None,
    fail_on_abstain: bool,
    explain: bool,
    drafts: bool = False,
) -> int:
    """Answer, print the reply or replies, and return the exit code."""
    if (question is None) == (batch is None):
        raise UsageError("Give either a question, or --batch FILE with one question a line.")
    narrowing.dates()  # a wrong date is told before anything is opened
    settings = invocation.settings()
    reader = begin_loading(settings)
    with asking(settings) as library:
        with library.reading() as db:
            filters = narrowing.resolve(db)
        if batch is not None:
            from ui.batch import answer_lines, read_lines

            lines = read_lines(batch)
            chain = chain_of(library, settings, reader=reader)
            failed, abstained = answer_lines(chain, lines, filters, drafts=drafts)
            return 1 if failed else ABSTAINED if abstained and fail_on_abstain else 0
        ask = Ask(question or "", filters=filters, drafts=drafts, stop=threading.Event())
        chain = chain_of(library, settings, reader=reader)
        reply = _answer(chain, ask, as_json=invocation.json, explain=explain)
    return ABSTAINED if fail_on_abstain and reply.status == "abstained" else 0


def _answer(chain: Answerer, ask: Ask, *, as_json: bool, explain: bool) -> Reply:
    """Answer and print; Ctrl-C stops a model that works in a thread of its own, too."""
    try:
        if as_json:
            reply = chain.answer(ask)
            write_json(reply.model_dump(mode="json"))
        else:
            reply = _present(chain, ask, explain=explain)
    except KeyboardInterrupt:
        if ask.stop is not None:
            ask.stop.set()
        raise
    return reply


def _present(chain: Answerer, ask: Ask, *, explain: bool) -> Reply:
    from ui.live import present
    from ui.output import console

    screen = console()
    reply = present(screen, chain, ask)
    if reply is None:
        raise KeyboardInterrupt
    if explain:
        from ui.explain import print_explanation

        found = chain.evidence(reply.standalone_question, ask.filters)
        print_explanation(screen, reply, found)
    return reply
