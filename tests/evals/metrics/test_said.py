from evals.metrics.said import rightly_declined, said

from .asked import FALSE_PREMISE, UNANSWERABLE, asked, declined, hedged


def test_sentences_stand_without_their_markers() -> None:
    case = asked({}, ("Seven died [1].", [1]), ("It was in Damascus.", [2]))
    assert said(case) == "Seven died.\nIt was in Damascus."


def test_the_words_of_a_refusal_answer_nothing() -> None:
    assert said(declined({}, answer="Nothing says that seven died.")) == ""


def test_a_refusal_with_sentences_answers_nothing_either() -> None:
    assert said(hedged({}, ("Seven died.", [1]))) == ""


def test_what_the_answer_says_beyond_its_sentences_is_said() -> None:
    case = asked({}, ("Seven died.", [1]), answer="Seven died. [1]\nSixteen died in all.")
    assert "Sixteen died" in said(case)


def test_declining_is_right_where_nothing_answers() -> None:
    assert rightly_declined(declined(UNANSWERABLE))
    assert rightly_declined(declined(FALSE_PREMISE))
    assert not rightly_declined(declined({}))
    assert not rightly_declined(asked(UNANSWERABLE, ("Seven died.", [1])))
