"""`dateline search`: the passages nearest to a question, without an answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.chain import check_question
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import Filters, VersionText
from rag.models.load import load_embedder
from rag.question import understand
from rag.retrieve import Hit, retrieve
from rag.settings import Settings
from ui.invocation import Invocation
from ui.narrowing import Narrowing
from ui.output import write_json
from ui.session import asking, require_articles

EXCERPT = 400
"""Characters of a passage that people are shown; programs get all of it."""


@dataclass(frozen=True, slots=True)
class Result:
    """A passage as it is shown: `paragraphs` are those it touches, `score` only orders."""

    article_id: str
    version: int
    title: str
    outlet: str | None
    published: str | None
    paragraphs: tuple[int, ...]
    speaker: str | None
    score: float
    text: str


def search_passages(
    library: Library, settings: Settings, query: str, filters: Filters, *, limit: int
) -> list[Result]:
    """Return the best passages, best first."""
    vector = load_embedder(settings).query(query)
    with library.reading() as db:
        found = retrieve(
            db, library.dense, understand(query), vector, settings, filters=filters, limit=limit
        )
        versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
    return [_result(hit, versions[hit.passage.version]) for hit in found.hits]


def _result(hit: Hit, version: VersionText) -> Result:
    passage = hit.passage
    numbers = tuple(range(passage.first, passage.last + 1))
    speakers = dict.fromkeys(s for n in numbers if (s := version.paragraph(n).speaker))
    return Result(
        article_id=passage.article_id,
        version=passage.version_number,
        title=passage.title,
        outlet=passage.outlet,
        published=passage.published,
        paragraphs=numbers,
        speaker=", ".join(speakers) or None,
        score=round(hit.score, 6),
        text=version.text[passage.start : passage.end],
    )


def run(
    invocation: Invocation, query: str, narrowing: Narrowing, *, results: int | None
) -> int:
    """Search and print."""
    narrowing.dates()
    settings = invocation.settings()
    wanted = check_question(query, most=settings.question_characters)
    with asking(settings) as library:
        require_articles(library)
        with library.reading() as db:
            filters = narrowing.resolve(db)
        found = search_passages(
            library, settings, wanted, filters, limit=results or settings.results
        )
    if invocation.json:
        write_json({"query": query, "results": [asdict(result) for result in found]})
    else:
        _print(found)
    return 0


def _print(found: Sequence[Result]) -> None:
    from rich.text import Text

    from ui.dates import readable
    from ui.output import console, show
    from ui.plain import plain, shortened
    from ui.render import DIM, NUMBER, joined

    screen = console()
    if not found:
        show(screen, Text("Nothing in the articles passes these filters."))
    for number, result in enumerate(found, start=1):
        line = Text(f"{number}. ", NUMBER)
        place = joined(
            result.title, result.outlet, readable(result.published), _paragraphs(result),
            result.speaker,
        )  # fmt: skip
        line.append(place, "default")
        show(screen, line)
        show(screen, Text(shortened(plain(result.text), EXCERPT)), indent=3)
        reference = f"{result.article_id}#p{result.paragraphs[0]}"
        show(screen, Text(f"{result.score:.3f}  dateline show {plain(reference)}", DIM), indent=3)


def _paragraphs(result: Result) -> str:
    first, last = result.paragraphs[0], result.paragraphs[-1]
    return f"paragraph {first}" if first == last else f"paragraphs {first} to {last}"
