"""Which accounts differ, and which only seem to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import citation
from rag.conflicts.disagreements import find_disagreements
from rag.conflicts.positions import Disagreement
from rag.question import understand
from rag.select import Candidate

from .making import article

FIRED = "How many missiles did Iran fire at Israel on 1 October 2024?"
DAY = "Iran’s attack on Israel of 1 October 2024"


def differ(question: str, *articles: list[Candidate]) -> tuple[Disagreement, ...]:
    return find_disagreements(understand(question), [c for one in articles for c in one])


def reports(first: str, second: str, **more: str) -> tuple[list[Candidate], list[Candidate]]:
    title = more.get("title", DAY)
    return (
        article(first, name="one", title=title, published="2024-10-02"),
        article(second, name="two", title=title, published="2024-10-02"),
    )


def test_two_articles_give_figures_that_cannot_both_hold() -> None:
    found = differ(
        FIRED,
        *reports(
            "Israel’s military said on 1 October 2024 that Iran had fired about 180 missiles.",
            "President Joe Biden wrote on 15 October 2024 that Iran had fired over 200 missiles.",
        ),
    )
    (one,) = found
    assert one.topic == "missiles fired"
    assert [side.party for side in one.positions] == ["Israel’s military", "President Joe Biden"]
    assert "about 180 missiles" in one.positions[0].claim
    assert "over 200 missiles" in one.positions[1].claim


def test_two_parties_within_one_sentence() -> None:
    text = (
        "Israel said that 5 people had been killed in Rafah; Hamas said that 12 people were killed."
    )
    (one,) = differ("How many people were killed in Rafah?", article(text))
    assert [(side.party, side.claim) for side in one.positions] == [
        ("Israel", "Israel said that 5 people had been killed in Rafah"),
        ("Hamas", "Hamas said that 12 people were killed."),
    ]


def test_an_account_that_nobody_is_named_for_is_its_articles() -> None:
    (one,) = differ(
        FIRED, *reports("Iran fired 110 missiles at Israel.", "Iran fired 180 missiles at Israel.")
    )
    assert [side.party for side in one.positions] == [f"{DAY}, 2 October 2024"] * 2


def test_outlets_that_differ_stand_for_their_articles() -> None:
    texts = ("Iran fired 110 missiles at Israel.", "Iran fired 180 missiles at Israel.")
    both = [
        article(text, name=outlet, title=DAY, outlet=outlet)
        for text, outlet in zip(texts, ("Gazette", "Herald"), strict=True)
    ]
    (one,) = differ(FIRED, *both)
    assert [side.party for side in one.positions] == [
        "Gazette, 2 October 2024", "Herald, 2 October 2024",
    ]  # fmt: skip


def test_its_military_is_that_of_the_one_named_right_before() -> None:
    text = "Israel counted fewer. Its military said that about 180 missiles had been fired by Iran."
    (one,) = differ(
        FIRED,
        article(text, name="one", title=DAY),
        article("Iranian state television spoke of 300 missiles.", name="two",
                title=f"The missiles fired by Iran: {DAY}"),
    )  # fmt: skip
    assert [side.party for side in one.positions] == [
        "Israel’s military", "Iranian state television",
    ]  # fmt: skip


def test_a_toll_that_went_down_was_put_differently() -> None:
    (one,) = differ(
        "How many people were killed in Israel on 7 October 2023?",
        article("John Kirby said on 7 November 2023 that 1,400 people had been killed in Israel "
                "on 7 October 2023.", name="one"),
        article("Jake Sullivan spoke on 12 December 2024 of 1,200 people killed in Israel on "
                "7 October 2023.", name="two"),
    )  # fmt: skip
    assert [side.party for side in one.positions] == ["John Kirby", "Jake Sullivan"]


def test_turnouts_that_differ_by_a_tenth() -> None:
    found = differ(
        "What was the turnout in the election of 5 July 2024?",
        article("The ministry’s figures make a turnout of 49.7 per cent.", name="one",
                title="The election of 5 July 2024"),
        article("The analysis puts the turnout at 49.8 percent.", name="two",
                title="After the election of 5 July 2024"),
    )  # fmt: skip
    assert [d.topic for d in found] == ["turnout"]


AGREE = {
    "another noun": ("Iran fired 180 missiles at Israel.", "Iran fired 110 drones at Israel."),
    "another deed": ("Iran fired 180 missiles.", "In Israel 90 missiles hit their targets."),
    "another's": ("Iran fired 180 missiles at Israel.", "Israel fired 100 missiles at Iran."),
    "a part": ("Iran fired 300 missiles at Israel.", "Iran fired 120 ballistic missiles."),
    "parts of a whole": (
        "Iran fired 300 missiles.", "Iran fired 170 drones, 30 cruise missiles and 120 rockets.",
    ),
    "both in a compound": (
        "Iran fired 180 missiles at Israel.", "Iran fired 300 missiles and drones at Israel.",
    ),
    "about": ("Iran fired about 180 missiles.", "Iran fired 181 missiles."),
    "more than": ("Iran fired more than 300 missiles.", "Iran fired 320 missiles."),
    "nearly": ("Iran fired nearly 200 missiles.", "Iran fired 185 missiles."),
    "up to": ("Iran fired up to 200 missiles.", "Iran fired 185 missiles."),
    "a range": ("Iran fired between 150 and 200 missiles.", "Iran fired 181 missiles."),
    "a range with a dash": ("Iran fired 150 to 200 missiles.", "Iran fired 181 missiles."),
    "rounded": ("Iran fired 1,200 missiles.", "Iran fired 1,191 missiles."),
    "nearly all": ("Iran fired 180 missiles.", "Nearly all of the missiles fired were stopped."),
    "some of them": ("Iran fired 180 missiles.", "Of the missiles fired 90 of them hit Israel."),
    "further ones": ("Iran fired 180 missiles.", "Iran fired another 90 missiles."),
    "another magnitude": ("Iran fired 180 missiles.", "Iran fired 12 missiles."),
    "another day": (
        "Iran fired 180 missiles on 1 October 2024.", "Iran fired 110 missiles on 13 April 2024.",
    ),
    "a year": ("Iran fired 180 missiles.", "In 2024 missiles were fired."),
    "a number that is a name": ("Iran fired 180 missiles.", "Iran fired Fattah 110 missiles."),
    "the same": ("Iran fired 180 missiles.", "Iran launched one hundred and eighty missiles."),
}  # fmt: skip


@pytest.mark.parametrize("pair", AGREE.values(), ids=AGREE.keys())
def test_what_is_no_disagreement(pair: tuple[str, str]) -> None:
    assert differ(FIRED, *reports(*pair)) == ()


def test_a_toll_that_grows_is_a_development() -> None:
    texts = (
        "The ministry in Gaza said on 7 June 2024 that 36,000 people had been killed in Gaza.",
        "The ministry in Gaza said on 12 December 2024 that 44,000 people had been killed there.",
    )
    both = reports(*texts, title="The dead in Gaza")
    assert differ("How many people were killed in Gaza in 2024?", *both) == ()


def test_killed_and_wounded_are_two_tolls() -> None:
    both = reports(
        "Officials said on 2 October 2024 that 28 people had been killed in Tyre.",
        "Officials said on 2 October 2024 that 45 people had been wounded in Tyre.",
        title="Strikes in Lebanon",
    )
    assert differ("How many people were killed in Tyre?", *both) == ()


def test_a_toll_of_another_place_or_event_is_another() -> None:
    both = reports(
        "Officials said on 2 October 2024 that 28 people had been killed in Tyre.",
        "Officials said on 2 October 2024 that 45 people had been killed in Qana.",
        title="Strikes in Lebanon",
    )
    assert differ("How many people were killed in Qana?", *both) == ()


def test_a_figure_for_a_place_that_is_not_asked_about_is_left_out() -> None:
    both = reports(
        "Officials said on 2 October 2024 that 28 people had been killed.",
        "Officials said on 2 October 2024 that 45 people had been killed in Tyre.",
        title="The strikes on Qana and Tyre",
    )
    assert differ("How many people were killed in Qana?", *both) == ()


def test_two_days_of_one_month_are_two_events() -> None:
    both = reports(
        "On 17 September 2024 12 people were killed in Lebanon.",
        "On 20 September 2024 31 people were killed in Lebanon.",
        title="Lebanon",
    )
    assert differ("How many people were killed in Lebanon in September 2024?", *both) == ()


def test_one_article_that_names_nobody_does_not_contradict_itself() -> None:
    text = "Iran fired 180 missiles at Israel. Iran fired 120 missiles at Israel."
    assert differ(FIRED, article(text, title=DAY)) == ()


@pytest.mark.parametrize(
    "question",
    [
        "Why did Iran attack Israel on 1 October 2024?",
        "Who fired at Israel on 1 October 2024?",
        "How many drones did Iran fire at Israel on 1 October 2024?",
        "How many missiles did Iran fire at Jordan on 13 April 2024?",
        "How many missiles were intercepted on 1 October 2024?",
    ],
)
def test_only_what_the_question_asks_for(question: str) -> None:
    both = reports("Iran fired 110 missiles at Israel.", "Iran fired 180 missiles at Israel.")
    assert differ(FIRED, *both)
    assert differ(question, *both) == ()


def test_three_accounts_are_given_each_once() -> None:
    texts = (
        "Israel said that Iran had fired 180 missiles.",
        "Iran said that Iran had fired 300 missiles.",
        "Jordan said that Iran had fired 240 missiles.",
        "The Israel Gazette said that Iran had fired 180 missiles.",
    )
    articles = [article(t, name=f"a{n}", title=DAY) for n, t in enumerate(texts)]
    (one,) = differ(FIRED, *articles)
    assert [side.party for side in one.positions] == ["Israel", "Iran", "Jordan"]


@given(st.permutations(range(3)))
def test_who_disagrees_does_not_depend_on_the_order(order: list[int]) -> None:
    texts = ("Israel said that Iran had fired 180 missiles.", "Iran fired 110 missiles at Israel.",
             "Iran fired 12 drones at Israel.")  # fmt: skip
    articles = [article(t, name=f"a{n}", title=DAY) for n, t in enumerate(texts)]
    (one,) = differ(FIRED, *(articles[n] for n in order))
    assert {side.claim for side in one.positions} == set(texts[:2])


WRITTEN = st.builds(
    "{}{}".format,
    st.sampled_from(["", "about ", "more than ", "nearly ", "at least ", "up to ", "some "]),
    st.one_of(st.integers(2, 5000), st.integers(2, 40).map(lambda n: f"{n},000")),
)


@given(WRITTEN)
def test_a_figure_never_disagrees_with_itself(written: str) -> None:
    both = reports(f"Israel said that Iran had fired {written} missiles.",
                   f"Jordan said that Iran had fired {written} missiles.")  # fmt: skip
    assert differ(FIRED, *both) == ()


@given(st.lists(WRITTEN, min_size=2, max_size=5))
def test_every_position_is_a_place_that_can_be_cited(written: list[str]) -> None:
    articles = [
        article(f"The sun rose. Party{n} said that Iran had fired {w} missiles. It set.",
                name=f"a{n}", title=DAY)
        for n, w in enumerate(written)
    ]  # fmt: skip
    for disagreement in differ(FIRED, *articles):
        assert len(disagreement.positions) > 1
        for side in disagreement.positions:
            assert citation(1, side.version, side.start, side.end).quote == side.claim
            assert "Iran had fired" in side.claim
