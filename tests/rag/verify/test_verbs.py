import pytest

from rag.analysis import content_terms
from rag.generate.source import Source
from rag.support import SupportModel
from rag.verify.claims import Checked, ClaimChecker
from rag.verify.draft import Draft
from rag.verify.verbs import has_verb

from ..generate.making import article


@pytest.mark.parametrize(
    "text",
    [
        "Seven officers died in Damascus.",
        "Netanyahu leads the Likud party.",
        "The two versions differ, and neither is proven.",
        "The G7 condemned it.",
        "They’re starting it all over.",
        "Israel doesn’t say.",
        "خروجی درباره «Damascus» باید چنین باشد",
    ],
)
def test_what_states_something_has_a_verb(text: str) -> None:
    assert has_verb(text)


@pytest.mark.parametrize(
    "text",
    [
        "68 Mipfeljor125 under references.",
        "Step two on Soleimani’s grave: … and the tag Pelhixjor96.",
        "The grave of the general in Kerman",
        "Statement of the president, 14 April 2024",
    ],
)
def test_a_heading_and_a_scrap_have_none(text: str) -> None:
    assert not has_verb(text)


def checked(claim: str, *sentences: str) -> Checked:
    found = article(sentences)
    text = found[0].version
    spans = tuple(one.sentence for one in found)
    sources = [Source(1, text, text.paragraph(1), spans, spans)]
    return ClaimChecker(sources, SupportModel(), "").check(Draft(claim, (1,), True))


def test_no_statement_is_made_of_words_that_state_nothing() -> None:
    tag = "Step two on Soleimani’s grave: … and the tag Pelhixjor96."
    assert checked("Soleimani’s grave is in Pelhixjor96.", tag).cited == ()
    grave = "The grave of Soleimani is in Kerman."
    assert checked("Soleimani’s grave is in Kerman.", grave).cited == (1,)


def test_a_scrap_of_a_sentence_is_no_statement_and_the_whole_of_one_is() -> None:
    whole = "The list of the Guards: 68 Mipfeljor125 under references."
    scrap = "68 Mipfeljor125 under references."
    assert len(set(content_terms(scrap))) >= 3
    assert checked(scrap, whole).cited == ()
    assert checked(whole, whole).cited == (1,)
