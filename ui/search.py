"""`dateline search`: the passages nearest to a question, without an answer."""

from collections.abc import Sequence
from dataclasses import asdict

from rag.answerer import check_question
from rag.models.load import load_embedder
from rag.reader.load import load_reader
from rag.search import PassageFound, search_passages
from ui.invocation import Invocation
from ui.narrowing import Narrowing
from ui.output import write_json
from ui.session import asking, require_articles

EXCERPT = 400
"""Characters of a passage that people are shown; programs get all of it."""


def run(invocation: Invocation, query: str, narrowing: Narrowing, *, results: int | None) -> int:
    """Search and print."""
    narrowing.dates()
    settings = invocation.settings()
    wanted = check_question(query, most=settings.question_characters)
    with asking(settings) as library:
        require_articles(library)
        with library.reading() as db:
            filters = narrowing.resolve(db)
        embedder = load_embedder(settings)
        found = search_passages(
            library,
            embedder,
            settings,
            wanted,
            filters=filters,
            limit=results,
            reader=load_reader(settings),
        )
    if invocation.json:
        write_json({"query": query, "results": [asdict(passage) for passage in found]})
    else:
        _print(found)
    return 0


def _print(found: Sequence[PassageFound]) -> None:
    from rich.text import Text

    from ui.dates import readable
    from ui.output import console, show
    from ui.plain import plain, shortened
    from ui.render import DIM, NUMBER, joined, paragraphs_in_words

    screen = console()
    if not found:
        show(screen, Text("No passage passes these filters."))
    for number, passage in enumerate(found, start=1):
        place = joined(
            passage.title, passage.outlet, readable(passage.published),
            paragraphs_in_words(*passage.paragraphs), *passage.speakers,
        )  # fmt: skip
        show(screen, Text.assemble((f"{number}. ", NUMBER), place))
        show(screen, Text(shortened(plain(passage.text), EXCERPT)), indent=3)
        reference = f"{passage.article_id}#p{passage.paragraphs[0]}"
        show(screen, Text(f"{passage.score:.3f}  dateline show {plain(reference)}", DIM), indent=3)
