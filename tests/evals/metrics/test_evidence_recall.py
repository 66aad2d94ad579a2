from evals.metrics.evidence_recall import evidence_recall

from .making import documented, ranked, spot, wanted

ONE, OTHER = wanted(spot(0, 20), name="g1"), wanted(spot(100, 120), name="g2")


def test_the_example() -> None:
    found = evidence_recall(5)(ranked([spot(10, 90)], [ONE, OTHER]))
    assert found.value == documented(evidence_recall)
    assert (found.numerator, found.denominator) == (1, 2)


def test_less_than_half_a_span_is_not_found() -> None:
    assert evidence_recall(5)(ranked([spot(11, 90)], [ONE])).value == 0


def test_two_passages_make_up_a_span_between_them_and_overlap_is_counted_once() -> None:
    assert evidence_recall(5)(ranked([spot(0, 6), spot(15, 19)], [ONE])).value == 1
    assert evidence_recall(5)(ranked([spot(0, 6), spot(0, 6)], [ONE])).value == 0


def test_any_alternative_of_a_group_will_do_but_two_halves_of_two_will_not() -> None:
    either = wanted(spot(0, 20), spot(200, 220))
    assert evidence_recall(5)(ranked([spot(200, 220)], [either])).value == 1
    assert evidence_recall(5)(ranked([spot(0, 9), spot(200, 209)], [either])).value == 0


def test_only_the_first_k_passages_count() -> None:
    passages = [spot(0, 20), spot(100, 120)]
    assert evidence_recall(1)(ranked(passages, [ONE, OTHER])).value == 0.5
    assert evidence_recall(2)(ranked(passages, [ONE, OTHER])).value == 1


def test_the_same_characters_of_another_article_are_not_evidence() -> None:
    assert evidence_recall(5)(ranked([spot(0, 20, "b")], [ONE])).value == 0
