"""How an answer was found, for `dateline ask --explain`."""

from rich.console import Console
from rich.text import Text

from rag.answerer import EXTRACTIVE, Evidence
from rag.highlight import probability
from rag.reply import Reply, Sentence
from rag.retrieve import Hit
from ui.output import show
from ui.plain import plain
from ui.pointed import by_number
from ui.render import STRONG


def print_explanation(screen: Console, reply: Reply, found: Evidence) -> None:
    """Print confidence, scores, timings and the passages that were ranked."""
    screen.print()
    show(screen, Text("How it was found", STRONG))
    for line in (*_about(reply, found), "passages, best first:", *map(_hit, found.found.hits)):
        show(screen, Text(plain(line)), indent=2)


def _about(reply: Reply, found: Evidence) -> list[str]:
    scores = [
        f"sentence {number}: {sentence.support}, score {sentence.score:.2f}"
        + _exact(sentence, reply, found)
        for number, sentence in enumerate(reply.sentences, start=1)
    ]
    timings = ", ".join(
        f"{name.replace('_', ' ')} {value:.0f}"
        for name, value in reply.timings_ms.model_dump().items()
    )
    searched = reply.library
    return [
        f"status {reply.status}, confidence {reply.confidence:.2f}, by {reply.generator}",
        *scores,
        *_about_model(reply),
        f"searched {searched.articles} articles, {searched.paragraphs} paragraphs"
        + (f", as of {reply.as_of}" if reply.as_of else ""),
        f"milliseconds: {timings}",
    ]


def _exact(sentence: Sentence, reply: Reply, found: Evidence) -> str:
    """Tell the exact answers in what a sentence cites, and how likely they lie there."""
    cited = by_number(reply.citations)
    citations = (cited[n] for n in sentence.citations if n in cited)
    return "".join(
        f", exact answer “{citation.highlight.text}” {probability(citation, found.found):.2f}"
        for citation in citations
        if citation.highlight
    )


def _about_model(reply: Reply) -> list[str]:
    """Tell what a chat model did, also where its answer is not the one shown."""
    used = reply.usage
    tokens = used.prompt_tokens + used.completion_tokens
    if reply.generator == EXTRACTIVE and not (tokens or reply.withheld):
        return []
    return [
        f"sentences of the model left out: {reply.withheld}",
        f"tokens: {used.prompt_tokens} read, {used.completion_tokens} written"
        + ("" if used.cost_usd is None else f", ${used.cost_usd:.6f}"),
    ]


def _hit(hit: Hit) -> str:
    passage = hit.passage
    parts = [
        f"{hit.score:.3f}  {passage.article_id}#p{passage.first}  passage {hit.cosine:.2f}",
        f"best sentence {hit.best_sentence:.2f}",
        f"words {hit.lexical:.1f}",
        "of the time asked for" if hit.dated else "",
        *_read(hit),
    ]
    return ", ".join(part for part in parts if part)


def _read(hit: Hit) -> list[str]:
    """Tell what the reader made of a passage, if it read it."""
    reading = hit.reading
    if reading is None:
        return []
    span = reading.best_span(0, len(reading.text))
    found = f"“{reading.text[span.start : span.end]}”" if span else "nothing"
    return [f"read: answers {reading.answerable:.2f}, relevance {reading.relevance:.1f}, {found}"]
