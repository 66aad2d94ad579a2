"""Draft gold questions from what readers said, and the file that they go to."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gold.articles import Record, record_of
from evals.gold.files import Placed, read_gold
from evals.gold.lint import LONGEST_QUOTE, lint
from rag.answerer import Ask
from rag.errors import LibraryReadOnly, UsageError
from rag.library.rows import Filters
from rag.reply import Conflict, Position, Reply
from rag.settings import load_settings
from ui.drafting import draft_id, draft_of, kind_of, matching
from ui.drafts import FILE, Drafts
from ui.engine import Engine
from ui.store.records import Asked, Exchange, Feedback, Verdict

from .eval_making import write_gold

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def engine(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    made = Engine(load_settings()[0])
    yield made
    made.close()


@pytest.fixture
def record(engine: Engine) -> Record:
    return record_of(engine.library)


def exchange(
    engine: Engine, question: str = "how many officers were killed", **more: Any
) -> Exchange:
    """An answer, as the store gives it; `more` changes the reply."""
    reply = engine.answer(Ask(question)).model_copy(update=more)
    return Exchange(ID, "c", "2026-01-02T03:04:05Z", Asked(), reply)


def word(verdict: Verdict, **where: Any) -> Feedback:
    return Feedback(ID, verdict, **where)


def spans(question: Any) -> list[str]:
    return [span.quote for group in question.evidence for span in group.any_of]


def test_a_good_answer_is_evidence_anchored_as_the_linter_wants_it(
    engine: Engine, record: Record
) -> None:
    asked = exchange(engine)
    question, _ = draft_of(asked, [word("good")], record)
    assert (question.status, question.split, question.must_pass) == ("draft", "dev", False)
    assert question.question == "how many officers were killed"
    assert question.family == question.id
    assert "Seven officers of the Revolutionary Guards" in " ".join(spans(question))
    assert all(len(quote.split()) < LONGEST_QUOTE for quote in spans(question))
    faults = lint([Placed(FILE, 1, question)], record)
    assert {fault.rule for fault in faults} <= {"nugget", "answer"}


def test_only_the_citations_that_were_found_good_and_never_refused_are_evidence(
    engine: Engine, record: Record
) -> None:
    one_, other = (
        engine.answer(Ask(q)) for q in ("how many officers were killed", "is a wider war sought")
    )
    second = [c.model_copy(update={"n": c.n + 10}) for c in other.citations]
    late = [
        s.model_copy(update={"citations": [n + 10 for n in s.citations]}) for s in other.sentences
    ]
    asked = exchange(engine, citations=one_.citations + second, sentences=one_.sentences + late)
    first = asked.reply.sentences[0]
    whole, _ = draft_of(asked, [word("good")], record)
    one, _ = draft_of(asked, [word("good", sentence=1)], record)
    assert len(one.evidence) == 1 < len(whole.evidence)
    number = first.citations[0]
    cited, _ = draft_of(asked, [word("good", citation=number)], record)
    assert cited.evidence == one.evidence
    less, notes = draft_of(asked, [word("good"), word("wrong_source", citation=number)], record)
    assert not set(spans(less)) & set(spans(one))
    assert any("refused a source" in note for note in notes)


@pytest.mark.parametrize("verdict", ["wrong_source", "not_supported", "bad", "outdated"])
def test_what_was_not_found_good_leaves_the_evidence_empty_and_says_so(
    engine: Engine, record: Record, verdict: Verdict
) -> None:
    question, notes = draft_of(exchange(engine), [word(verdict)], record)
    assert question.evidence == ()
    assert question.answerable
    assert notes
    assert verdict in question.tags


def test_what_was_not_answered_is_unanswerable_unless_a_reader_minds(
    engine: Engine, record: Record
) -> None:
    asked = exchange(engine, status="abstained", sentences=[], citations=[], answer="")
    question, notes = draft_of(asked, [word("good")], record)
    assert (question.type, question.answerable, question.evidence) == ("unanswerable", False, ())
    assert notes == ()
    assert lint([Placed(FILE, 1, question)], record) == []
    _, notes = draft_of(asked, [word("incomplete")], record)
    assert any("set type and answerable" in note for note in notes)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many officers were killed", "factoid"),
        ("who said that the attack failed?", "attribution"),
        ("What did John Kirby say about a wider war?", "attribution"),
        ("when was the consulate hit", "temporal"),
        ("on which day did it happen", "temporal"),
        ("how long after the strike did Iran answer", "temporal"),
    ],
)
def test_the_type_is_guessed(engine: Engine, question: str, kind: str) -> None:
    reply = engine.answer(Ask("how many officers were killed")).model_copy(
        update={"question": question, "standalone_question": question}
    )
    assert kind_of(reply) == kind
    apart = Conflict(topic="t", positions=[Position(party="p", claim="c", citations=[1])])
    assert kind_of(reply.model_copy(update={"conflicts": [apart]})) == "conflict"


def test_a_follow_up_is_asked_as_it_was_understood_and_other_filters_are_told(
    engine: Engine, record: Record
) -> None:
    asked = exchange(engine, standalone_question="how many officers were killed in Damascus?")
    filtered = Exchange(
        ID, "c", "", Asked(Filters(as_of="2024-05-01", outlets=("X",))), asked.reply
    )
    question, notes = draft_of(filtered, [word("good")], record)
    assert question.question == "how many officers were killed in Damascus?"
    assert question.as_of == "2024-05-01"
    assert sum("follow-up" in note or "under filters" in note for note in notes) == 2


def test_a_citation_of_an_older_version_is_found_again_or_left_out(
    engine: Engine, record: Record
) -> None:
    asked = exchange(engine)

    def moved(reply: Reply, **change: Any) -> Exchange:
        cited = [c.model_copy(update=change) for c in reply.citations]
        return Exchange(ID, "c", "", Asked(), reply.model_copy(update={"citations": cited}))

    there, _ = draft_of(asked, [word("good")], record)
    again, _ = draft_of(moved(asked.reply, start=3, end=9), [word("good")], record)
    assert again.evidence == there.evidence
    lost, notes = draft_of(moved(asked.reply, quote="nowhere in it"), [word("good")], record)
    assert lost.evidence == ()
    assert any("No certain place" in note for note in notes)


@given(
    st.lists(st.sampled_from(["seven", "officers", "of", "the", "Guards,", "—", "x"]), max_size=80),
    st.sampled_from(["", "seven officers", "Guards"]),
)
def test_a_quotation_is_cut_to_whole_words_of_its_own(words: list[str], about: str) -> None:
    quote = " ".join(words)
    start, end = matching(quote, about)
    cut = quote[start:end]
    assert len(cut.split()) < LONGEST_QUOTE
    assert cut == cut.strip()
    assert cut.split() == [] or " ".join(cut.split()) in quote
    if any(word in about for word in words if word in ("seven", "officers")):
        assert {"seven", "officers"} & set(cut.split())


def test_the_stretch_with_the_matching_words_is_kept() -> None:
    quote = " ".join(["and"] * 40) + " seven officers of the Guards were killed " + "so " * 30
    start, end = matching(quote, "How many officers of the Guards were killed?")
    assert quote[start:end] == "officers of the Guards were killed"


def test_a_draft_is_appended_once_and_shown_again(engine: Engine, record: Record) -> None:
    drafts = Drafts()
    asked = exchange(engine)
    made = drafts.make(asked, [word("good")], record)
    assert made.new
    again = drafts.make(asked, [word("good"), word("good", sentence=1)], record)
    assert (again.new, again.line, again.question) == (False, made.line, made.question)
    assert FILE.read_text(encoding="utf-8") == f"{made.line}\n"
    [placed] = read_gold([FILE])
    assert placed.question == made.question
    assert drafts.ids() == {draft_id(asked)}
    assert ID not in made.line  # who knows an answer's id may read it
    assert any("vital nugget" in note for note in made.notes)
    assert not Path("data").exists()


def test_a_question_of_the_gold_set_is_refused(
    engine: Engine, record: Record, tmp_path: Path
) -> None:
    gold = write_gold(tmp_path)
    before = gold.read_bytes()
    asked = exchange(engine, "Will Israel strike back")
    with pytest.raises(UsageError, match=r"the same question stands at data/gold/set\.jsonl:4"):
        Drafts().make(asked, [word("good")], record)
    assert not FILE.exists()
    assert gold.read_bytes() == before


def test_a_file_edited_by_hand_is_kept_and_a_broken_one_refused(
    engine: Engine, record: Record
) -> None:
    drafts = Drafts()
    FILE.parent.mkdir(parents=True)
    other = drafts.make(exchange(engine), [word("good")], record)
    FILE.write_text(other.line, encoding="utf-8")  # as an editor may leave it: no line feed
    second = Exchange("f" * 32, "c", "", Asked(), exchange(engine, "who were they").reply)
    made = drafts.make(second, [word("bad")], record)
    assert FILE.read_text(encoding="utf-8") == f"{other.line}\n{made.line}\n"
    FILE.write_text("{nonsense\n")
    with pytest.raises(UsageError, match=r"drafts\.jsonl:1"):
        drafts.make(second, [word("bad")], record)
    assert FILE.read_text() == "{nonsense\n"


def test_a_line_that_cannot_be_written_whole_leaves_none(
    engine: Engine, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    drafts = Drafts()
    with monkeypatch.context() as patch:
        patch.setattr("ui.drafts.os.fsync", failing)
        with pytest.raises(LibraryReadOnly, match="cannot be kept"):
            drafts.make(exchange(engine), [word("good")], record)
    assert FILE.read_bytes() == b""
    assert drafts.make(exchange(engine), [word("good")], record).new


def test_two_readers_at_once_make_one_draft(engine: Engine, record: Record) -> None:
    drafts, asked = Drafts(), exchange(engine)
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda: made.append(drafts.make(asked, [word("good")], record).new))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False] * 7 + [True]
    assert len([json.loads(line) for line in FILE.read_text().splitlines()]) == 1
