"""From the messages of a chat client to a question."""

from collections.abc import Sequence

from rag.asked import Ask, Turn, check_question
from rag.errors import UsageError
from rag.followup import Context, standalone
from rag.reply import LibraryState, Reply, Timings
from ui.service.completion_bodies import Message

REMEMBERED = 8
"""Earlier questions that a follow-up may lean on."""


def asked(messages: Sequence[Message], *, most: int) -> Ask:
    """Return the last message as a question that may lean on the earlier questions.

    A client sends texts, not replies: of the earlier turns only the questions, each understood
    by the one before it, are known. Raises UsageError.
    """
    said = [(message.role, message.text()) for message in messages]
    if said[-1][0] != "user":
        raise UsageError(f"The last message is of the role {said[-1][0][:40]!r}, not 'user'.")
    earlier = [text for role, text in said[:-1] if role == "user"][-REMEMBERED:]
    return Ask(check_question(said[-1][1], most=most), history=_turns(earlier, most=most))


def _turns(questions: Sequence[str], *, most: int) -> tuple[Turn, ...]:
    context: Context | None = None
    for question in questions:
        try:
            context = Context(standalone(check_question(question, most=most), context))
        except UsageError:
            continue  # it could not have been answered either
    if context is None:
        return ()
    return (Turn(context.question, _unanswered(context.question)),)


def _unanswered(question: str) -> Reply:
    """Return a reply of which only the question is known."""
    return Reply(
        id="earlier",
        question=question,
        standalone_question=question,
        status="abstained",
        answer="",
        sentences=[],
        citations=[],
        confidence=0,
        generator="",
        library=LibraryState(articles=0, paragraphs=0, revision=""),
        timings_ms=Timings(),
    )
