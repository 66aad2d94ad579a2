import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reply import Conflict, Position
from ui.markup.answer import answer_html, sources_html, words_of

from .making import (
    ATTRIBUTES,
    EXCHANGE,
    TAGS,
    abstention,
    citation,
    every,
    one,
    parsed,
    pointing,
    reply,
    sentence,
    text_of,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> ' onclick='x",
    "{{ 7*7 }} {% raw %} ${alert(1)} </textarea></p>",
    "a\n\n\nb\r\n\r\nc",
    "&lt;b&gt; &amp;",
    "\u202eevil\u202c \u2066x\u2069 \x00\x1b[31m \ud800",
]


def shown(*args: object, **options: object) -> object:
    return parsed(answer_html(*args, **options))  # type: ignore[arg-type]


def test_each_sentence_has_its_mark_and_its_chips_at_the_end() -> None:
    cited = [citation(1), citation(2, speaker="John Kirby")]
    root = shown(reply(citations=cited, sentences=[sentence("It was so.", 1, 2, 1)]), EXCHANGE)
    (line,) = every(root, "sentence")
    assert "mark-supported" in line.get("class")
    assert one(line, "words").text_content() == "It was so."
    links = every(root, "cite")
    assert [link.text_content() for link in links] == ["[1]", "[2]"]
    assert [link.get("href") for link in links] == [
        f"/answers/{EXCHANGE}/citations/1", f"/answers/{EXCHANGE}/citations/2"
    ]  # fmt: skip
    assert [link.get("title") for link in links] == [
        "An outlet, 2 October 2024", "An outlet, 2 October 2024 — John Kirby"
    ]  # fmt: skip
    assert text_of(one(line, "mark")) == "(supported by the cited paragraph)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It was so. [1][2]", "It was so."),
        ("It was so [1].", "It was so."),
        ("Item [7] was [1] so.", "Item [7] was so."),
        ("It was so.", "It was so."),
    ],
)
def test_a_marker_in_the_text_is_shown_once(text: str, words: str) -> None:
    assert words_of(sentence(text, 1, 2)) == words


QUOTE = "Iran fired 200 missiles yesterday, he said."


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("Kirby, 2 October 2024: Iran fired 200 missiles yesterday [1 October 2024], he said.",
         ["200 missiles"]),
        ("Iran fired 200 missiles yesterday [1 October 2024], he said. [1]", []),
        ("Kirby spoke of 200 missiles.", []),
    ],
)  # fmt: skip
def test_the_exact_answer_is_strong_where_its_place_is_certain(text: str, exact: list[str]) -> None:
    given_reply = reply(
        citations=[citation(2), pointing(QUOTE, "200 missiles")], sentences=[sentence(text, 2, 1)]
    )
    root = shown(given_reply, EXCHANGE)
    words = one(root, "words")
    assert words.text_content() == words_of(given_reply.sentences[0])
    assert [strong.text for strong in words.iter("strong")] == exact
    assert [strong.text for strong in every(root, "exact")] == exact
    # What is shown while more is to come is made the same way.
    again = shown(given_reply, "", waiting=True)
    assert [strong.text for strong in every(again, "exact")] == exact


def test_without_an_exact_answer_nothing_is_strong() -> None:
    plain_reply = reply(
        citations=[citation(quote=QUOTE, text=QUOTE, end=len(QUOTE))],
        sentences=[sentence(QUOTE, 1)],
    )
    assert not every(shown(plain_reply, EXCHANGE), "exact")
    line = '<span class="words">Iran fired 200 missiles yesterday, he said.</span>'
    assert line in answer_html(plain_reply, EXCHANGE)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_exact_answer_breaks_out(words: str) -> None:
    quote = f"He said {words} & left <b>."
    given_reply = reply(
        citations=[pointing(quote, words, published=None)], sentences=[sentence(quote, 1)]
    )
    root = shown(given_reply, EXCHANGE)
    line = one(root, "words")
    assert line.text_content() == words_of(given_reply.sentences[0])
    (strong,) = line.iter("strong")
    assert not list(strong)
    assert strong.text
    assert not list(root.iter("b", "script", "img"))


def test_a_draft_is_struck_through_and_says_why() -> None:
    draft = sentence("Nobody said it.", support="unsupported")
    partly = sentence("Half of it.", 1, support="partial")
    root = shown(reply(sentences=[draft, partly]), EXCHANGE)
    first, second = every(root, "sentence")
    assert [s.text_content() for s in first.iter("s")] == ["Nobody said it."]
    assert "not in the sources" in text_of(first)
    assert "only partly supported" in text_of(second)
    assert not list(second.iter("s"))


def test_positions_stand_side_by_side_in_place_of_the_sentence_that_tells_of_them() -> None:
    conflict = Conflict(
        topic="drones fired",
        positions=[
            Position(party="Iran", claim="Hundreds.", citations=[1]),
            Position(party="Israel", claim="Some 170.", citations=[2]),
        ],
    )
    told = sentence(
        "Accounts differ on “drones fired”: Iran: “Hundreds”; Israel: “Some 170”.", 1, 2
    )
    given_reply = reply(
        citations=[citation(1), citation(2)],
        sentences=[sentence("Drones flew.", 1), told],
        conflicts=[conflict],
    )
    root = shown(given_reply, EXCHANGE)
    assert len(every(root, "sentence")) == 1
    positions = every(one(root, "conflict"), "position")
    assert [[text_of(part) for part in side] for side in positions] == [
        ["Iran", "Hundreds. [1]"], ["Israel", "Some 170. [2]"]
    ]  # fmt: skip
    # A conflict that no sentence tells of is shown too.
    assert len(every(shown(reply(conflicts=[conflict]), EXCHANGE), "conflict")) == 1


def test_abstention_says_what_is_missing_and_what_comes_nearest() -> None:
    root = shown(abstention(), EXCHANGE, suggestions=["What happened on 1 April 2024?"])
    assert text_of(one(root, "no-answer")) == "The articles in this library do not answer that."
    assert text_of(one(root, "missing")) == "No paragraph found mentions “pizza”."
    cards = every(root, "nearest")
    assert [link.get("href") for card in cards for link in card.iter("a")] == [
        f"/answers/{EXCHANGE}/nearest/1", f"/answers/{EXCHANGE}/nearest/2"
    ]  # fmt: skip
    assert "Quote and more" in text_of(cards[0])
    suggested = one(root, "suggest")
    assert (suggested.get("href"), text_of(suggested)) == ("#ask", "What happened on 1 April 2024?")
    assert not every(root, "cite")


def test_a_partial_answer_says_what_is_missing_below() -> None:
    root = shown(reply(status="partial", missing=["no cited paragraph mentions “Oman”"]), EXCHANGE)
    assert text_of(one(root, "missing")) == "No cited paragraph mentions “Oman”."
    assert not every(root, "no-answer")


def test_what_follows_an_answer() -> None:
    told = reply(as_of="2024-04-14", notice="The model ended early.", withheld=2, confidence=0.9)
    root = shown(told, EXCHANGE)
    assert [text_of(note) for note in every(root, "notice")] == [
        "The model ended early.",
        "2 sentences were left out: not supported by the sources.",
    ]
    line = text_of(one(root, "meta"))
    assert line == (
        "Sentences taken from the articles · as of 14 April 2024 · evidence: strong · "
        "1 article, 1,230 paragraphs · 0.6 s"
    )
    (source,) = one(root, "sources-list").iter("li")
    assert text_of(source) == "[1] A title An outlet, 2 October 2024, paragraph 8"
    written = shown(reply(generator="local"), EXCHANGE)
    assert "Written by local, every sentence checked" in text_of(one(written, "meta"))


def test_a_follow_up_shows_how_it_was_read_and_can_be_edited() -> None:
    follow_up = reply(question="And Iran?", standalone_question="What did Iran say of it?")
    understood = one(shown(follow_up, EXCHANGE), "understood")
    assert text_of(understood) == "Understood as: What did Iran say of it? Edit"
    assert [link.get("href") for link in understood.iter("a")] == ["#edit"]
    assert not every(shown(reply(), EXCHANGE), "understood")


def test_while_it_comes_in_nothing_is_shown_below() -> None:
    both = reply(sentences=[sentence("One.", 1), sentence("Two.", 1)])
    root = shown(both, EXCHANGE, sentences=1, waiting=True)
    assert [text_of(one(line, "words")) for line in every(root, "sentence")] == ["One."]
    assert every(root, "waiting")
    assert not every(root, "meta")
    assert not every(root, "sources-list")


def test_on_a_page_of_its_own_there_is_nothing_to_press() -> None:
    alone = abstention(question="And?", standalone_question="And what of it?")
    root = shown(alone, EXCHANGE, acts=False, suggestions=["What?"])
    assert not every(root, "act")


def test_sources_lead_to_their_paragraphs_before_there_is_an_answer() -> None:
    root = parsed(sources_html([citation(article_id="an id", version=2)]))
    (link,) = root.iter("a")
    assert link.get("href") == "/articles/an%20id/versions/2/paragraphs/8"
    assert text_of(one(root, "heading")) == "Reading 1 paragraph"


@pytest.mark.parametrize("words", ["این گفت که حمله پایان یافت.", "ישראל הודיעה על כך."])
def test_a_sentence_runs_its_own_way(words: str) -> None:
    root = shown(reply(sentences=[sentence(words, 1)]), EXCHANGE)
    (line,) = every(root, "sentence")
    assert line.get("dir") == "auto"
    assert one(line, "words").text_content() == words


@given(st.sampled_from(HOSTILE) | st.text(max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    cited = citation(
        title=text, outlet=text, speaker=text, source=text, text=text, published=text,
        deep_link=f"javascript:{text}", url=f"javascript:{text}",
    )  # fmt: skip
    conflict = Conflict(topic=text, positions=[Position(party=text, claim=text, citations=[1])] * 2)
    answered = reply(
        question=text, standalone_question=f"{text} so", citations=[cited], conflicts=[conflict],
        sentences=[sentence(text, 1)], missing=[text], notice=text, generator=text, as_of=text,
    )  # fmt: skip
    parsed(answer_html(answered, EXCHANGE))
    root = parsed(
        answer_html(abstention(nearest=[cited], missing=[text]), EXCHANGE, suggestions=[text])
    )
    parsed(sources_html([cited]))
    told = root.text_content()
    assert not {"\u202e", "\u2066", "\x00", "\x1b"} & set(told)


def test_it_still_works_after_the_chats_sanitizer() -> None:
    kept = TAGS - {"textarea"}
    attributes = {"*": {name for name in ATTRIBUTES if not name.startswith("aria-")} - {"rel"}}
    for whole in (
        answer_html(reply(), EXCHANGE),
        answer_html(abstention(), EXCHANGE, suggestions=["What?"]),
        sources_html([citation()]),
    ):
        clean = nh3.clean(
            str(whole), tags=kept, attributes=attributes, link_rel=None, url_schemes={"https"}
        )
        before, after = parsed(whole), parsed(clean)
        assert [(e.tag, dict(e.attrib)) for e in after.iter()] == [
            (e.tag, dict(e.attrib)) for e in before.iter()
        ]
