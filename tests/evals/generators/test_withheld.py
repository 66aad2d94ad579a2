from evals.case import Case
from evals.generators.withheld import withheld_of
from rag.support import SupportModel

from ..metrics.making import ARTICLE, PARAGRAPHS, SEVEN, answered, place, reply
from .making import INVENTED, draft

MODEL = SupportModel()
RETRIEVED = [place(PARAGRAPHS[0]), place(PARAGRAPHS[2])]


def case(*drafts: str, retrieved: bool = True) -> Case:
    shown = reply((SEVEN, [2])).sentences
    sentences = [*shown, *map(draft, drafts)]
    return answered(retrieved=RETRIEVED if retrieved else (), sentences=sentences)


def test_each_sentence_stands_beside_the_paragraph_that_comes_nearest() -> None:
    [one, other], of = withheld_of(
        [case("Syria's ministry gave the dead as 19."), case(INVENTED)], MODEL, sample=9
    )
    assert of == 2
    assert one.sentence == "Syria's ministry gave the dead as 19."
    assert one.nearest is not None
    assert one.nearest.text == PARAGRAPHS[2]
    assert (one.nearest.article, one.nearest.support) == (ARTICLE.article_id, "unsupported")
    assert other.sentence == INVENTED


def test_what_was_shown_is_no_part_of_it() -> None:
    assert withheld_of([case()], MODEL, sample=5) == ([], 0)


def test_without_passages_there_is_no_paragraph() -> None:
    [one], _ = withheld_of([case(INVENTED, retrieved=False)], MODEL, sample=5)
    assert one.nearest is None


def test_the_seed_decides_the_sample_and_the_order_is_that_of_the_cases() -> None:
    texts = [f"Draft {n:02d}." for n in range(30)]
    cases = [case(*texts[:10]), case(*texts[10:])]

    def drawn(seed: int) -> list[str]:
        made, of = withheld_of(cases, MODEL, sample=7, seed=seed)
        assert of == 30
        return [one.sentence for one in made]

    assert len(drawn(0)) == 7
    assert drawn(0) == drawn(0) == sorted(drawn(0))
    assert drawn(0) != drawn(1)
