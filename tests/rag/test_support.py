import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reply import Citation
from rag.support import RuleChecker, SupportModel, idf_of

MODEL = SupportModel()
PREMISE = (
    "Iran fired about 180 ballistic missiles at Israel on 1 October 2024. "
    "Most were intercepted by Israel's air defences and the United States Navy. "
    "President Joe Biden said that the attack had been defeated.\n"
    "Jake Sullivan told reporters that Iran did not warn the United States. "
    "“This is a significant escalation by Iran,” he said. "
    "One man was killed in Jericho, and 99 percent of the drones never arrived."
)


def support(claim: str, premise: str = PREMISE, **known: str) -> str:
    return MODEL.check(premise, claim, **known).support


@pytest.mark.parametrize(
    "claim",
    [
        "Iran fired about 180 ballistic missiles at Israel on 1 October 2024.",
        "Iran fired 180 missiles at Israel.",
        "One hundred and eighty ballistic missiles were fired at Israel.",
        "On October 1st, 2024, Iran fired missiles at Israel.",
        "Iran fired missiles at Israel on 2024-10-01.",
        "Iran fired missiles at Israel in October 2024.",
        "99 per cent of the drones never arrived.",
        "99% of the drones never arrived.",
        "A man was killed in Jericho.",
        "Iran did not warn the US.",
        "Iran never warned the United States.",
        "Sullivan told reporters that Iran did not warn the United States.",
        "Biden said the attack had been defeated.",
        "Mr. Biden said the attack had been defeated.",
        "Iran's attack was “a significant escalation”, he said.",
        '"This is a significant ... by Iran," he said.',
        "Iranian missiles were fired at Israel.",
        "1. Iran fired 180 missiles at Israel.",
    ],
)
def test_what_the_text_says_in_other_forms_is_supported(claim: str) -> None:
    assert support(claim) == "supported"


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("Iran fired about 181 ballistic missiles at Israel on 1 October 2024.", ("181",)),
        ("Iran fired about eighteen missiles at Israel.", ("eighteen",)),
        ("98 per cent of the drones never arrived.", ("98%",)),
        ("99 of the drones never arrived.", ("99",)),
        ("Two men were killed in Jericho.", ("Two",)),
        ("1 million ballistic missiles were fired at Israel.", ("1 million",)),
    ],
)
def test_a_changed_number(claim: str, lacking: tuple[str, ...]) -> None:
    verdict = MODEL.check(PREMISE, claim)
    assert (verdict.support, verdict.numbers) == ("unsupported", lacking)
    assert verdict.score <= 0.5


def test_a_number_is_whole() -> None:
    premise = "The plant opened in 2019 and has 3.5 lines."
    assert MODEL.check(premise, "The plant has 19 lines.").numbers == ("19",)
    assert MODEL.check(premise, "The plant has 35 lines.").numbers == ("35",)
    assert support("The plant has 3.5 lines.", premise) == "supported"
    assert support("The plant opened in 2019.", premise) == "supported"


@pytest.mark.parametrize(
    ("premise", "claim"),
    [
        ("Some 2000 people came.", "2,000 people came."),
        ("It cost $1.5bn in all.", "It cost $1.5 billion in all."),
        ("The 3rd attack followed.", "The third attack followed."),
        ("He is 26 and from Haifa.", "He is a 26-year-old from Haifa."),
    ],
)
def test_one_quantity_in_several_ways(premise: str, claim: str) -> None:
    assert support(claim, premise) == "supported"


def test_a_number_belongs_to_what_it_counts() -> None:
    premise = "The Guards lost seven soldiers and three officers in Damascus."
    assert support("The Guards lost seven soldiers in Damascus.", premise) == "supported"
    assert support("The Guards lost three soldiers in Damascus.", premise) == "unsupported"


def test_a_number_keeps_its_bound() -> None:
    premise = "More than 300 drones were launched."
    assert support("At least 300 drones were launched.", premise) == "supported"
    assert support("Fewer than 300 drones were launched.", premise) == "unsupported"


@pytest.mark.parametrize(
    "claim",
    [
        "Iran fired missiles at Israel on 2 October 2024.",
        "Iran fired missiles at Israel on October 1, 2023.",
        "Iran fired missiles at Israel in November 2024.",
    ],
)
def test_another_date(claim: str) -> None:
    verdict = MODEL.check(PREMISE, claim)
    assert verdict.support == "unsupported"
    assert len(verdict.dates) == 1


def test_a_date_that_the_text_does_not_give_leaves_part_of_the_claim() -> None:
    premise = "Iran fired missiles at Israel."
    verdict = MODEL.check(premise, "Iran fired missiles at Israel on 1 October 2024.")
    assert (verdict.support, verdict.dates) == ("partial", ("1 October 2024",))


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Iran fired missiles at Israel on 1 October 2024.", "supported"),
        ("Iran fired missiles at Israel on Tuesday.", "supported"),
        ("Iran fired missiles at Israel on 2 October 2024.", "unsupported"),
        ("Iran fired missiles at Israel on 1 October 2023.", "unsupported"),
    ],
)
@pytest.mark.parametrize("day", ["yesterday", "on Tuesday", "on October 1"])
def test_relative_dates_count_from_the_day_of_the_article(
    claim: str, expected: str, day: str
) -> None:
    premise = f"Iran fired missiles at Israel {day}."
    assert support(claim, premise, published="2024-10-02") == expected


def test_last_year_and_last_month_count_from_the_article() -> None:
    premise = "The deal was signed last month."
    assert support("The deal was signed in December 2023.", premise, published="2024-01-05") == (
        "supported"
    )
    assert support("The deal was signed in 2022.", premise, published="2024-01-05") == "unsupported"


def test_a_weekday_is_a_date() -> None:
    premise = "Iran fired missiles at Israel on Tuesday."
    assert support("On Tuesday Iran fired missiles at Israel.", premise) == "supported"
    assert MODEL.check(premise, "On Friday Iran fired missiles at Israel.").dates == ("Friday",)


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("Iran fired 180 missiles at Iraq.", "Iraq"),
        ("The attack on Israel was led by General Hossein Salami.", "Hossein Salami"),
        ("Hezbollah fired about 180 ballistic missiles at Israel.", "Hezbollah"),
        ("Russia was not warned by Iran.", "Russia"),
    ],
)
def test_another_name(claim: str, lacking: str) -> None:
    verdict = MODEL.check(PREMISE, claim)
    assert (verdict.support, verdict.names) == ("unsupported", (lacking,))


@pytest.mark.parametrize(
    ("premise", "claim"),
    [
        ("Hassan Nasrallah led Hizbullah.", "Hezbollah was led by Hassan Nasrollah."),
        ("Ismail Haniya was killed in Tehran.", "Haniyeh was killed in Tehran."),
        ("The meeting was with Gen. Qassem Soleimani.", "The meeting was with Qasem Suleimani."),
        ("Gen. Kurilla met him.", "General Michael Kurilla met him."),
        ("The Security Council of the United Nations met.", "The UN Security Council met."),
        ("U.S. forces left.", "American forces left."),
        ("The Iranian president spoke in Doha.", "Iran's President spoke in Doha."),
    ],
)
def test_spellings_titles_and_adjectives_of_a_name(premise: str, claim: str) -> None:
    assert support(claim, premise) == "supported"


def test_a_changed_polarity() -> None:
    added = MODEL.check(PREMISE, "The attack had not been defeated, Biden said.")
    taken = MODEL.check(PREMISE, "Iran warned the United States.")
    assert (added.support, added.polarity_kept) == ("unsupported", False)
    assert (taken.support, taken.polarity_kept) == ("unsupported", False)
    assert support("The drones arrived.", "No drones arrived.") == "unsupported"
    assert support("The drones arrived.", "Not only drones arrived.") == "supported"


def test_polarity_is_that_of_the_thing_denied() -> None:
    premise = "Iran, which did not warn Turkey, fired missiles at Israel."
    assert support("Iran fired missiles at Israel.", premise) == "supported"
    assert support("Iran warned Turkey.", premise) == "unsupported"


def test_an_altered_quotation() -> None:
    verdict = MODEL.check(PREMISE, "He called it “a significant victory by Iran”.")
    assert verdict.support == "unsupported"
    assert verdict.quotations == ("a significant victory by Iran",)


def test_who_said_it() -> None:
    swapped = MODEL.check(PREMISE, "Biden said that Iran did not warn the United States.")
    assert (swapped.support, swapped.speaker_kept) == ("unsupported", False)
    claim = "Kirby said that the talks went on in Doha."
    words = "The talks went on in Doha."
    assert support(claim, words, speaker="John Kirby") == "supported"
    assert support(claim, words, speaker="Jake Sullivan") == "unsupported"
    assert support(claim, f"MR. KIRBY: {words}") == "supported"
    assert support("According to Kirby, the talks went on in Doha.", f"Sullivan said: {words}") == (
        "unsupported"
    )


def test_a_body_may_be_spoken_for() -> None:
    words = "The talks went on in Doha, the White House said."
    assert support("The White House said the talks went on in Doha.", words) == "supported"
    assert MODEL.check(words, "Iran said the talks went on.", speaker="A. Araghchi").speaker_kept


def test_words_that_the_text_lacks() -> None:
    assert support("The bakery sells fresh bread daily.") == "unsupported"
    part = "The bakery in the village sells missiles fired at nobody about Israel."
    assert MODEL.check(PREMISE, part).score < 1


@pytest.mark.parametrize(("premise", "claim"), [("", "Iran fired."), (PREMISE, ""), ("", "")])
def test_nothing_supports_and_nothing_is_supported(premise: str, claim: str) -> None:
    verdict = MODEL.check(premise, claim)
    assert (verdict.support, verdict.score) == ("unsupported", 0.0)


def test_tau_low_and_phi() -> None:
    claim = "Missiles hit hospital Wednesday"[:21]
    premise = "Missiles hit the base."
    recall = MODEL.check(premise, claim).score
    assert recall == pytest.approx(2 / 3)
    assert SupportModel(tau=0.6).phi(premise, claim) == 1.0
    assert SupportModel(tau=0.7, low=0.6).phi(premise, claim) == 0.5
    assert SupportModel(tau=0.9, low=0.7).phi(premise, claim) == 0.0


def test_a_window_is_a_run_of_sentences() -> None:
    premise = "Alpha came. Nothing. Nothing. Nothing. Omega went."
    assert SupportModel(window=1).check(premise, "alpha omega").score == 0.5
    assert SupportModel(window=3).check(premise, "alpha omega").score == 0.5
    assert SupportModel(window=5).check(premise, "alpha omega").score == 1.0


def test_a_rare_word_weighs_more() -> None:
    idf = idf_of(["the missile fell", "the missile rose", "the uranium rose"])
    assert idf["uranium"] > idf["missil"]
    weighed = SupportModel(idf)
    rare = weighed.check("Uranium came.", "missile uranium").score
    common = weighed.check("A missile came.", "missile uranium").score
    assert rare > 0.5 > common
    unknown = weighed.check("A missile came.", "missile plutonium").score
    assert unknown == pytest.approx(common)


WORDS = ("Israel", "missiles", "were", "fired", "not", "warned", "said", "Biden", "on", "Tuesday",
         "the", "base", "“quiet”", "percent", "who", "May", "never", "U.S.", "first")  # fmt: skip
SENTENCES = st.lists(
    st.one_of(st.sampled_from(WORDS), st.integers(2, 400).map(str)), min_size=2, max_size=12
).map(lambda found: "The " + " ".join(found) + " came.")


@given(st.lists(SENTENCES, min_size=1, max_size=4), st.integers(0, 3))
def test_a_copied_sentence_is_supported(sentences: list[str], chosen: int) -> None:
    copied = sentences[chosen % len(sentences)]
    assert support(copied, "\n".join(sentences)) == "supported"


@given(st.lists(SENTENCES, min_size=1, max_size=4), st.integers(401, 998), st.data())
def test_a_copied_sentence_with_another_number_is_not(
    sentences: list[str], number: int, data: st.DataObject
) -> None:
    places = [(s, m) for s in sentences for m in re.finditer(r"\b\d+\b", s)]
    if not places:
        return
    sentence, place = data.draw(st.sampled_from(places))
    changed = f"{sentence[: place.start()]}{number}{sentence[place.end() :]}"
    assert support(changed, "\n".join(sentences)) != "supported"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_gets_a_verdict(premise: str, claim: str) -> None:
    verdict = MODEL.check(premise, claim, published="2024-01-31")
    assert 0.0 <= verdict.score <= 1.0


def cited(text: str, n: int, **more: str) -> Citation:
    return Citation(
        n=n, article_id=f"a{n}", version=1, paragraph=1, paragraphs=[1], start=0, end=len(text),
        quote=text, text=text, prefix="", suffix="", title="T", source="s", **more,
    )  # fmt: skip


def test_the_checker_reads_all_cited_paragraphs_together() -> None:
    check = RuleChecker(MODEL)
    claim = "Iran fired missiles yesterday and Kirby condemned the attack."
    one, other = cited("Iran fired missiles yesterday.", 1), cited("Kirby condemned the attack.", 2)
    assert check(claim, [one, other]) == ("supported", 1.0)
    assert check(claim, [one])[0] == "unsupported"
    assert check(claim, []) == ("unsupported", 0.0)


def test_the_checker_knows_speaker_and_day_of_a_citation() -> None:
    check = RuleChecker(MODEL)
    source = cited("The talks ended yesterday.", 1, speaker="John Kirby", published="2024-10-02")
    assert check("Kirby said the talks ended on 1 October 2024.", [source])[0] == "supported"
    assert check("Kirby said the talks ended on 3 October 2024.", [source])[0] == "unsupported"


def test_a_paragraph_takes_about_a_millisecond() -> None:
    paragraphs = [f"{PREMISE} Part {n}." for n in range(200)]
    MODEL.check(PREMISE, PREMISE)
    began = perf_counter()
    for paragraph in paragraphs:
        MODEL.check(paragraph, "Iran fired 180 missiles at Israel on 1 October 2024.")
    # Generous: the machine may be busy. Read afresh each time, seven sentences.
    assert (perf_counter() - began) / len(paragraphs) < 0.02
