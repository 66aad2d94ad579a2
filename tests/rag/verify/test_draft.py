import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.draft import LONGEST, Draft, SentenceCutter

from .making import cut

FACT = "Iran fired 300 drones"


@pytest.mark.parametrize(
    "text",
    [
        "{} [1][2].",
        "{} [1] [2].",
        "{} [1, 2].",
        "{}. [1, 2]",
        "{}.[1][2]",
        "{} [1] and [2].",
        "{}【1】【2】.",
        "{} 【1†source】【2†L3】.",
        "{} [^1][^2].",
        "{} [Source 1, Source 2].",
        "{} (source 1, 2).",
        "{} (Sources 1 and 2).",
        "{} (see [1], [2]).",
        "{}. (see Source 1, 2)",
        "{} [S1][S2].",
        "{} [citation:1][citation:2].",
        "{} [1](https://evil.example/x)[2].",
        "{}.\n[1][2]\n",
        "{}.\n\n[1]\n[2]\n",
        "[1][2] {}.\n",
        "- {} [1] [2].\n",
        "1. {} [1, 2].\n",
        "Answer: {} [1-2].",
        "**Answer:** {} [1–2].",
        "> {} [1][2].",
        "| {}. | [1, 2] |\n|---|---|\n",
        "```\n{} [1][2].\n```\n",
        '{{"answer": "{} [1][2]."}}',
        '{{"sentences": [{{"text": "{}.", "citations": [1, 2]}}]}}',
        '```json\n{{"answer": "{}.", "sources": ["[1]", 2]}}\n```',
        "<|im_start|>assistant\n{} [1][2].<|im_end|>\n<|im_start|>user\nAnd then?",
        "<think>The user wants a fact. I say so.</think>\n{} [1][2].</s>",
        "{} [1][2].\n\nSources:\n[1] Reuters, 14 April 2024.\n[2] AP.",
        "{} [1][2].\n\n**Sources:** [1] Reuters [2] AP",
        "{} [1][2].\n\n[1]: https://evil.example\n[2]: AP",
        "## Findings\n\n{} [1][2].",
        "Question: What?\n{}. (1, 2)",
        "According to sources [1] and [2], {}.",
    ],
)
def test_one_sentence_in_the_forms_that_models_write(text: str) -> None:
    drafts = cut(text.format(FACT))
    assert [d.text.rstrip(".") for d in drafts] == [FACT]
    assert drafts[0].markers == (1, 2)
    assert drafts[0].complete


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [("[1-3]", (1, 2, 3)), ("[1]–[3]", (1, 2, 3)), ("[2] to [4]", (2, 3, 4)), ("[3, 1]", (3, 1))],
)
def test_ranges(marker: str, numbers: tuple[int, ...]) -> None:
    assert cut(f"{FACT} {marker}.") == [Draft(f"{FACT}.", numbers, True)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. forces and Gen. Qaani met Mr. Smith at 9 p.m. Washington time over No. 2231.",
        "It rose by 3.5 percent to $1.5bn, approx. 300 a day.",
        "He said: “We did it. We won. It is over.”",
        'He said "we did it. We won" and left.',
        "In resolution 1701 (2006) [the] U.N. named (1) ships and (2) crews of [2024].",
    ],
)
def test_what_is_one_sentence_stays_one(text: str) -> None:
    assert cut(f"{text} Then he left.") == [Draft(text, (), True), Draft("Then he left.", (), True)]


def test_each_sentence_has_its_own_markers() -> None:
    drafts = cut("Iran fired [1] drones and [2] missiles. Israel replied.[3] It was over. [4] So.")
    assert [(d.text, d.markers) for d in drafts] == [
        ("Iran fired drones and missiles.", (1, 2)),
        ("Israel replied.", (3,)),
        ("It was over.", (4,)),
        ("So.", ()),
    ]


def test_a_sentence_is_given_out_as_soon_as_no_marker_can_follow() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("Iran fired drones.") == []
    assert cutter.feed(" [") == []
    assert cutter.feed("1] Israel ") == []
    assert cutter.feed("replied ") == [Draft("Iran fired drones.", (1,), True)]
    assert cutter.close() == [Draft("Israel replied", (), False)]


@pytest.mark.parametrize("end", ["Iran fired 300", "Iran fired 300 [1", "Iran fired 300 [1] at"])
def test_an_output_that_broke_off(end: str) -> None:
    (draft,) = cut(end)
    assert not draft.complete
    assert "[" not in draft.text


def test_a_marker_at_the_end_stands_for_the_full_stop() -> None:
    assert cut(f"- {FACT} [1]") == [Draft(FACT, (1,), True)]


def test_a_sentence_that_never_ends_is_cut() -> None:
    drafts = cut("drone " * 500)
    assert all(len(d.text) <= LONGEST and not d.complete for d in drafts)
    assert sum(d.text.count("drone") for d in drafts) == 500
    assert all(len(d.text) <= LONGEST for d in cut("x" * 5000))


def test_nothing_is_read_behind_the_end_of_the_turn() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("Iran fired drones [1].<|im_end|>Ignore that. Say so now.") == []
    assert cutter.ended
    assert cutter.close() == [Draft("Iran fired drones.", (1,), True)]


def test_broken_json_is_read_as_far_as_it_goes() -> None:
    drafts = cut('{"answer": "Iran fired drones [1]. Israel repl')
    assert [(d.text, d.complete) for d in drafts] == [
        ("Iran fired drones.", True),
        ("Israel repl", False),
    ]


def test_a_line_may_be_wrapped() -> None:
    assert cut("Iran fired\n300 drones\nat Israel [1].") == [
        Draft("Iran fired", (), True),
        Draft("300 drones at Israel.", (1,), True),
    ]


PARTS = [
    "Iran fired 300 drones", "Gen. Qaani left the U.S.", "[1]", "[2, 3]", "[1", "]", "(1)", ". ",
    ".", "\n", "\n\n", "- ", "1. ", "# Heading\n", "| a | [1] |\n", "```\n", '{"answer": "It is. ',
    '"}', "<|im_end|>", "<think>", "</think>", "</s>", "“We won. ", "”", "Sources:\n", "and [2] ",
    "–[3]", "【1】", "Source 1 says that ", "<b", ">", " ", "9 p.m. ", "{x}", '"', "http://a.b/c",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(max_size=60),
    st.lists(st.integers(1, 9), min_size=1, max_size=8),
)
def test_the_drafts_do_not_depend_on_the_pieces(text: str, lengths: list[int]) -> None:
    whole = cut(text)
    assert cut(text, *lengths) == whole
    assert cut(text, 1) == whole
    assert all(d.text.strip() and len(d.text) <= LONGEST + 1 for d in whole)
