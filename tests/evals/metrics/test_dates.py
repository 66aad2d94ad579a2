import pytest

from evals.metrics.dates import dates

from .asked import FALSE_PREMISE, asked, declined, hedged, nugget
from .making import CITATIONS, FIRST, documented


def gold(*days: str) -> dict[str, object]:
    return {"nuggets": [nugget([{"date": d}], id_=f"n{n}") for n, d in enumerate(days)]}


def test_the_example() -> None:
    case = asked(gold("2024-04-01", "2024-05"), ("It was hit yesterday.", [1]))
    assert dates()(case).value == documented(dates)


@pytest.mark.parametrize(
    ("wanted", "text", "named"),
    [
        ("2024-04-01", "It was hit on April 1st, 2024.", 1),
        ("2024-04-01", "It was hit in April 2024.", 0),
        ("2024-04", "It was hit on 1 April 2024.", 1),
        ("2024", "It was hit on 1 April 2024.", 1),
        ("2024-04-01", "It was hit on 1 April 2023.", 0),
        ("2024-04-01", "It was hit on 1 April.", 1),
        ("2024-04-01", "It was hit on Monday.", 1),
        ("2024-03", "It was hit last month.", 1),
        ("2023", "It was hit last year.", 1),
    ],
)
def test_granularity_and_relative_dates(wanted: str, text: str, named: int) -> None:
    assert dates()(asked(gold(wanted), (text, [1]))).value == named


def test_yesterday_counts_from_the_cited_article_and_never_from_now() -> None:
    uncited = asked(gold("2024-04-01"), ("It was hit yesterday.", []))
    assert dates()(uncited).value == 0
    elsewhere = FIRST.model_copy(update={"article_id": "unknown", "published": "2024-06-11"})
    case = asked(gold("2024-06-10"), ("It was hit yesterday.", [1]), citations=[elsewhere])
    assert dates()(case).value == 1


def test_the_record_knows_the_day_better_than_the_reply() -> None:
    wrong = [c.model_copy(update={"published": "2024-06-11"}) for c in CITATIONS]
    case = asked(gold("2024-04-01"), ("It was hit yesterday.", [1]), citations=wrong)
    assert dates()(case).value == 1


def test_a_month_without_a_year_is_not_a_year() -> None:
    assert dates()(asked(gold("2024"), ("It was hit in April.", []))).value == 0
    assert dates()(asked(gold("2024-04"), ("It was hit in April.", []))).value == 1


def test_dates_of_the_reference_answer_met_best() -> None:
    known = {"answers": [{"text": "On 1 April 2024"}, {"text": "In May 2024 and June 2024"}]}
    assert dates()(asked(known, ("Late in May 2024.", [1]))).value == 0.5
    assert dates()(asked(known, ("It was 1 April 2024.", [1]))).value == 1


def test_i_dont_know_names_none_and_is_undefined_where_it_is_right() -> None:
    refusal = "Nothing is said of 1 April 2024."
    assert dates()(declined(gold("2024-04-01"), answer=refusal)).value == 0
    assert dates()(declined(FALSE_PREMISE | gold("2024-04-01"))).status == "na"


def test_a_refusal_with_sentences_names_none_either() -> None:
    assert dates()(hedged(gold("2024-04-01"), ("It was 1 April 2024.", [1]))).value == 0


def test_undefined_without_a_gold_date() -> None:
    case = asked({"answers": [{"text": "Seven"}]}, ("On 1 April 2024.", [1]))
    assert dates()(case).status == "na"
