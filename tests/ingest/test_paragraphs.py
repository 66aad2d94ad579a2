"""Clean text, numbered paragraphs and the speakers of transcripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import normalise
from ingest.document import Block
from ingest.paragraphs import CleanText, compose


def composed(*texts: str, title: str | None = None) -> CleanText:
    return compose([Block(text) for text in texts], title=title)


def spoken(clean: CleanText) -> list[tuple[str, str | None]]:
    return [(clean.text[p.start : p.end], p.speaker) for p in clean.paragraphs]


def speakers(*texts: str, title: str | None = None) -> list[str | None]:
    return [paragraph.speaker for paragraph in composed(*texts, title=title).paragraphs]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_offsets_are_exact_and_numbers_run_from_one(texts: list[str]) -> None:
    clean = composed(*texts)
    assert [p.number for p in clean.paragraphs] == list(range(1, len(clean.paragraphs) + 1))
    cut = [clean.text[p.start : p.end] for p in clean.paragraphs]
    assert all(paragraph and paragraph == normalise(paragraph) for paragraph in cut)
    assert "\n\n".join(cut) == clean.text


def test_blocks_are_normalised_and_empty_ones_left_out() -> None:
    clean = composed("One\n  two", "\u200b", "", "Three\u00a0 four")
    assert clean.text == "One two\n\nThree four"
    assert [(p.number, p.start, p.end) for p in clean.paragraphs] == [(1, 0, 7), (2, 9, 19)]


def test_furniture_is_dropped_and_reported() -> None:
    clean = composed("A sentence.", "Share this article", "###")
    assert clean.text == "A sentence."
    assert clean.dropped == ("Share this article", "###")


def test_no_blocks_make_no_text() -> None:
    assert composed() == CleanText("", (), ())


BRIEFING = (
    "James S. Brady Press Briefing Room",
    "2:03 P.M. EDT",
    "MS. JEAN-PIERRE: Good afternoon. John Kirby is here.",
    "He will begin.",
    "(Laughter.)",
    "MR. KIRBY: Thank you.",
    "Q Is there news?",
    "And when?",
    "MR. KIRBY: (Laughs.) Soon.",
    "END 3:00 P.M. EDT",
)


def test_a_speaker_is_carried_to_the_next_label() -> None:
    found = speakers(*BRIEFING, title="Press Briefing by Press Secretary Karine Jean-Pierre")
    press, kirby, question = "Karine Jean-Pierre", "John Kirby", "Question"
    assert found == [
        *(None, None),
        *(press, press, None),
        *(kirby, question, question, kirby, None),
    ]


def test_the_label_stays_in_the_text() -> None:
    clean = composed(*BRIEFING)
    assert "MR. KIRBY: Thank you." in clean.text
    assert "Q Is there news?" in clean.text


def test_a_surname_alone_is_put_in_title_case() -> None:
    texts = ("MR. KIRBY: One.", "MS. MCGURK-LEE: Two.", "MR. KIRBY: Three.")
    assert speakers(*texts, title="Press Call") == ["Kirby", "McGurk-Lee", "Kirby"]


@pytest.mark.parametrize(
    ("label", "title", "text", "name"),
    [
        ("THE PRESIDENT", "Remarks by President Biden", "", "President Biden"),
        ("THE PRESIDENT", "Remarks by President Joe Biden", "Joe Biden spoke.", "Joe Biden"),
        ("THE PRESIDENT", "Remarks by President Biden", "President Joe Biden.", "Joe Biden"),
        ("THE PRESIDENT", "Remarks by President Biden", "he met Hunter Biden.", "President Biden"),
        ("THE PRESIDENT", "Remarks", "President Biden and President Xi met.", "The President"),
        ("THE PRESIDENT", "Remarks", "Former President Trump left.", "The President"),
        ("THE PRESIDENT", "Remarks on Aid", "", "The President"),
        ("THE PRESIDENT", "Remarks by President Trump Before Departure", "", "President Trump"),
        ("PRESIDENT BIDEN", "Remarks", "", "President Biden"),
        ("PRESIDENT TRUMP", "Remarks", "President Donald J. Trump spoke.", "Donald Trump"),
        ("THE VICE PRESIDENT", "Remarks by Vice President Harris", "", "Vice President Harris"),
        (
            "PRIME MINISTER NETANYAHU",
            "Remarks with Prime Minister Benjamin Netanyahu",
            "",
            "Benjamin Netanyahu",
        ),
        ("PRIME MINISTER NETANYAHU", "Remarks", "", "Prime Minister Netanyahu"),
        ("SECRETARY VILSACK", "Press: Secretary of Agriculture Tom Vilsack", "", "Tom Vilsack"),
        ("PRESIDENT VON DER LEYEN", "Remarks", "", "President von der Leyen"),
        ("KING ABDULLAH II", "Remarks", "", "King Abdullah II"),
        ("SENIOR ADMINISTRATION OFFICIAL", "Press Call", "", "Senior Administration Official"),
        ("MODERATOR", "Press Call", "", "Moderator"),
        ("MR. MILLER", "Press: Deputy Chief of Staff Stephen Miller", "", "Stephen Miller"),
        ("MR. KIRBY", "Press Call", "Admiral Kirby and Mr. Kirby.", "Kirby"),
        ("QUESTION", "Press Call", "", "Question"),
    ],
)
def test_labels_become_readable_names(label: str, title: str, text: str, name: str) -> None:
    found = speakers(f"{label}: Hello.", f"{label}: Yes. {text}", f"{label}: No.", title=title)
    assert found == [name] * 3


def test_a_president_with_a_label_of_his_own_is_not_the_president() -> None:
    title = "Remarks by President Biden and President Zelenskyy"
    texts = ("THE PRESIDENT: Hello.", "PRESIDENT ZELENSKYY: Hello.", "THE PRESIDENT: Yes.")
    assert speakers(*texts, title=title)[0] == "President Biden"


def test_a_speech_with_one_label_is_a_transcript_when_its_title_says_so() -> None:
    texts = ("East Room", "THE PRESIDENT: My friends,", "we are here.")
    assert speakers(*texts, title="Remarks by President Lee") == [None] + ["President Lee"] * 2
    assert speakers(*texts, title="A new friendship") == [None] * 3


def test_a_label_behind_a_line_break_starts_a_paragraph() -> None:
    clean = composed("MR. LEE: One.\nQ Two?\nMR. LEE: Three,\nwrapped.", title="Press Call")
    assert spoken(clean) == [
        ("MR. LEE: One.", "Lee"),
        ("Q Two?", "Question"),
        ("MR. LEE: Three, wrapped.", "Lee"),
    ]


def test_an_interview_with_names_in_title_case() -> None:
    texts = [
        "Farid Ansari: What do you expect?",
        "Leila Moradi: A long silence.",
        "It may be broken.",
        "Farid Ansari: By whom?",
        "Leila Moradi: Nobody knows.",
    ]
    farid, leila = "Farid Ansari", "Leila Moradi"
    assert speakers("We met in Vienna.", *texts) == [None, farid, leila, leila, farid, leila]


@pytest.mark.parametrize(
    "texts",
    [
        ("Plain prose.", "He said: nothing at all.", "Q1 was good."),
        ("SECURING THE BORDER: Done.", "LOWERING COSTS: Done.", "KEEPING PROMISES: Done."),
        ("PROMISE MADE: Peace.", "PROMISE KEPT: We made peace and kept every promise.") * 5,
        ("Ukraine: 60 million.", "Israel: 14 million.", "Ukraine: more.", "Israel: more."),
        ("Senator Lee: Good.", "Senator Kim: Very good.", "Prime Minister Roe: Yes."),
        ("PRESIDENT LEE DELIVERS: One.", "SECRETARY ROE ACTS: Two.", "LEADER KIM LEADS: Three."),
    ],
)
def test_what_is_no_transcript_has_no_speakers(texts: tuple[str, ...]) -> None:
    assert set(speakers(*texts, title="A list")) == {None}
