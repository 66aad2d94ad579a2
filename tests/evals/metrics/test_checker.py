from evals.metrics.checker import Checker, checked
from rag.reply import Sentence
from rag.support import SupportModel

from .asked import ToyChecker, asked, declined
from .making import CITATIONS, SEVEN


def test_the_support_model_is_a_checker() -> None:
    model: Checker = SupportModel()
    (one,) = checked(asked({}, (SEVEN, [2])), model)
    assert one.finding is not None
    assert one.finding.support == "supported"


def test_all_cited_paragraphs_are_the_premise_together() -> None:
    toy = ToyChecker()
    list(checked(asked({}, (SEVEN, [1, 2])), toy))
    ((premise, claim, _, _),) = toy.calls
    assert "Damascus" in premise
    assert "seven of their members" in premise
    assert claim == SEVEN


def test_speaker_and_day_are_told_where_all_share_them() -> None:
    toy = ToyChecker()
    one, two, three = (
        c.model_copy(update={"speaker": who, "published": "2024-04-02"})
        for c, who in zip(CITATIONS, ("Kirby", "Kirby", "Austin"), strict=True)
    )
    case = asked({}, (SEVEN, [1, 2]), (SEVEN, [2, 3]), citations=[one, two, three])
    list(checked(case, toy))
    assert [call[2:] for call in toy.calls] == [("Kirby", "2024-04-02"), (None, "2024-04-02")]


def test_empty_context_is_not_sent_to_the_checker() -> None:
    toy = ToyChecker()
    found = list(checked(asked({}, (SEVEN, []), (SEVEN, [9])), toy))
    assert [one.finding for one in found] == [None, None]
    assert not toy.calls


def test_the_words_of_a_refusal_are_no_claim_but_what_it_cites_is() -> None:
    assert not list(checked(declined({}), ToyChecker()))
    unsure = Sentence(text="I don't know.", citations=[], support="unsupported", score=0.0)
    known = Sentence(text=SEVEN, citations=[2], support="supported", score=1.0)
    case = declined({}, sentences=[unsure, known], citations=list(CITATIONS))
    assert [one.claim.text for one in checked(case, ToyChecker())] == [SEVEN]
