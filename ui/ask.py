"""`dateline ask`: one question, or a batch of them."""

from rag.answerer import Answerer, Ask, Evidence
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.load import load_embedder
from rag.reply import Reply
from rag.settings import Settings
from ui.invocation import Invocation
from ui.narrowing import Narrowing
from ui.output import write_json
from ui.session import asking

ABSTAINED = 3


def chain_of(library: Library, settings: Settings) -> Answerer:
    """Return what answers from an open library; loads the model."""
    return Answerer(library, load_embedder(settings), settings)


def run(
    invocation: Invocation,
    question: str | None,
    narrowing: Narrowing,
    *,
    batch: str | None,
    fail_on_abstain: bool,
    explain: bool,
) -> int:
    """Answer, print the reply or replies, and return the exit code."""
    if (question is None) == (batch is None):
        raise UsageError("Give either a question, or --batch FILE with one question a line.")
    narrowing.dates()  # a wrong date is told before anything is opened
    settings = invocation.settings()
    with asking(settings) as library:
        with library.reading() as db:
            filters = narrowing.resolve(db)
        if batch is not None:
            from ui.batch import answer_lines, read_lines

            lines = read_lines(batch)
            failed, abstained = answer_lines(chain_of(library, settings), lines, filters)
            return 1 if failed else ABSTAINED if abstained and fail_on_abstain else 0
        chain = chain_of(library, settings)
        reply = chain.answer(Ask(question or "", filters=filters))
        found = chain.evidence(reply.standalone_question, filters) if explain else None
    if invocation.json:
        write_json(reply.model_dump(mode="json"))
    else:
        _print(reply, found)
    return ABSTAINED if fail_on_abstain and reply.status == "abstained" else 0


def _print(reply: Reply, found: Evidence | None) -> None:
    from ui.output import console
    from ui.render import print_reply

    screen = console()
    print_reply(screen, reply)
    if found is not None:
        from ui.explain import print_explanation

        print_explanation(screen, reply, found)
