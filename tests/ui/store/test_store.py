"""What is kept, for whom, in which order, and what is refused."""

import sqlite3
from contextlib import closing

import pytest

from rag.errors import LibraryMismatch, NotInLibrary, UsageError
from rag.library.rows import Filters
from rag.reply import Timings
from ui.store.feedback import LONGEST_COMMENT
from ui.store.records import Asked, Feedback

from .making import citation, reply

ADA, BEN = "ada", "ben"
ASKED = Asked()


def questions(store, reader, conversation):
    return [e.reply.question for e in store.exchanges(reader, conversation)]


@pytest.fixture
def talk(store):
    """A conversation of Ada's with three answers."""
    conversation = store.begin(ADA, "The talks")
    put = [store.put(ADA, conversation.id, ASKED, reply(f"Question {n}?")) for n in (1, 2, 3)]
    return conversation, put


class TestConversations:
    def test_the_latest_comes_first(self, store):
        first, second = store.begin(ADA, "First"), store.begin(ADA, "Second")
        assert [c.id for c in store.conversations(ADA)] == [second.id, first.id]
        put = store.put(ADA, first.id, ASKED, reply())
        assert [c.id for c in store.conversations(ADA)] == [first.id, second.id]
        now = store.conversation(ADA, first.id)
        assert (now.created_at, now.updated_at) == (first.created_at, put.asked_at)
        assert now.updated_at > first.updated_at

    def test_times_are_utc(self, store):
        assert store.begin(ADA, "A").created_at == "2026-10-02T12:00:01.000000+00:00"

    def test_renaming_keeps_its_place(self, store):
        first, second = store.begin(ADA, "First"), store.begin(ADA, "Second")
        assert store.rename(ADA, first.id, "  New\n name ")
        assert [c.title for c in store.conversations(ADA)] == ["Second", "New name"]
        assert store.conversation(ADA, first.id).updated_at == first.updated_at
        assert not store.rename(ADA, "0" * 32, "Another")
        assert second.title == "Second"

    def test_deleting_takes_everything_with_it(self, store, path, talk):
        conversation, (first, *_) = talk
        store.say(ADA, Feedback(first.id, "good"))
        assert store.delete(ADA, conversation.id)
        assert not store.delete(ADA, conversation.id)
        assert store.conversation(ADA, conversation.id) is None
        assert store.exchanges(ADA, conversation.id) == ()
        assert store.answer(first.id) is None
        assert store.feedback() == ()
        with closing(sqlite3.connect(path)) as db:
            tables = ("conversations", "exchanges", "feedback", "title_words", "exchange_words")
            counts = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]
        assert counts == [0] * len(tables)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("  Two\n\twords\u2028here ", "Two words here"),
            ("", "Untitled"),
            (" \n\0\x1b ", "Untitled"),
            ("\u200c\u200f\u0301", "Untitled"),
            ("a\0b\x1b[31mc", "a b [31mc"),
            ("half \ud83d gone", "half \ufffd gone"),
            ("x" * 120, "x" * 120),
            ("x" * 121, "x" * 119 + "…"),
            ("می‌خواهد", "می‌خواهد"),
            ("?", "?"),
        ],
    )
    def test_titles(self, store, given, kept):
        begun = store.begin(ADA, given)
        assert begun.title == kept
        assert store.conversation(ADA, begun.id) == begun
        store.rename(ADA, begun.id, "Other")
        store.rename(ADA, begun.id, given)
        assert store.conversation(ADA, begun.id).title == kept


class TestExchanges:
    def test_they_come_back_as_they_were(self, store, opened, path):
        asked = Asked(Filters(as_of="2024-10-02", outlets=("Gazette", "A\0B")), "local")
        given = reply("چه کسی گفت؟", 'NUL \0, "quotes", \u2028 and 🌍. [1]', confidence=0.1 + 0.2)
        conversation = store.begin(ADA, "Talk")
        put = store.put(ADA, conversation.id, asked, given)
        assert (put.asked, put.reply, put.conversation) == (asked, given, conversation.id)
        assert store.exchanges(ADA, conversation.id) == (put,)
        assert store.answer(put.id) == put
        store.close()
        again = opened(path)
        assert again.exchanges(ADA, conversation.id) == (put,)
        assert again.conversations(ADA)[0].id == conversation.id

    def test_in_the_order_they_were_put(self, store, clock, talk):
        conversation, put = talk
        clock.forward(days=-1)
        put.append(store.put(ADA, conversation.id, ASKED, reply("Question 4?")))
        assert list(store.exchanges(ADA, conversation.id)) == put

    def test_ids_are_random(self, store, talk):
        conversation, put = talk
        names = [conversation.id, *(exchange.id for exchange in put)]
        assert len({*names}) == 4
        assert all(len(name) == 32 and int(name, 16) >= 0 for name in names)

    def test_after_drops_what_follows(self, store, talk):
        conversation, (first, second, third) = talk
        store.say(ADA, Feedback(third.id, "good"))
        fourth = store.put(ADA, conversation.id, ASKED, reply("Again?"), after=first.id)
        assert store.exchanges(ADA, conversation.id) == (first, fourth)
        assert store.answer(second.id) is None
        assert store.feedback() == ()
        fifth = store.put(ADA, conversation.id, ASKED, reply("Anew?"), after="")
        assert store.exchanges(ADA, conversation.id) == (fifth,)

    def test_after_what_is_not_there(self, store, talk):
        """Nothing is dropped, and nothing kept."""
        conversation, put = talk
        other = store.begin(ADA, "Other")
        elsewhere = store.put(ADA, other.id, ASKED, reply())
        for after in ("0" * 32, elsewhere.id, "\ud800"):
            with pytest.raises(NotInLibrary, match="no longer in this conversation"):
                store.put(ADA, conversation.id, ASKED, reply(), after=after)
        assert list(store.exchanges(ADA, conversation.id)) == put

    def test_undo(self, store, talk):
        conversation, (first, second, third) = talk
        store.drop_from(ADA, second.id)
        assert store.exchanges(ADA, conversation.id) == (first,)
        assert store.answer(third.id) is None
        store.drop_from(ADA, third.id)
        store.drop_from(ADA, "\ud800")
        assert store.exchanges(ADA, conversation.id) == (first,)

    def test_no_conversation(self, store):
        with pytest.raises(NotInLibrary, match="There is no conversation 'gone'"):
            store.put(ADA, "gone", ASKED, reply())
        assert store.exchanges(ADA, "gone") == ()

    def test_lone_surrogates_are_replaced(self, store):
        """Wherever they come from: pydantic lets none in, but a copy is not checked."""
        broken = reply().model_copy(update={"answer": "half \ud83d gone"})
        conversation = store.begin(ADA, "Talk")
        put = store.put(ADA, conversation.id, Asked(generator="\udcff"), broken)
        assert put.reply.answer == "half \ufffd gone"
        assert put.asked.generator == "\ufffd"
        assert store.answer(put.id) == put


class TestTwoReaders:
    def test_what_is_anothers_is_not_there(self, store, talk):
        conversation, (first, *_) = talk
        before = store.conversation(ADA, conversation.id), store.exchanges(ADA, conversation.id)
        assert store.conversations(BEN) == ()
        assert store.conversations(BEN, "question") == ()
        assert store.conversation(BEN, conversation.id) is None
        assert store.exchanges(BEN, conversation.id) == ()
        assert not store.rename(BEN, conversation.id, "Mine")
        assert not store.delete(BEN, conversation.id)
        store.drop_from(BEN, first.id)
        with pytest.raises(NotInLibrary):
            store.put(BEN, conversation.id, ASKED, reply(), after="")
        own = store.begin(BEN, "Own")
        with pytest.raises(NotInLibrary):
            store.put(BEN, own.id, ASKED, reply(), after=first.id)
        after = store.conversation(ADA, conversation.id), store.exchanges(ADA, conversation.id)
        assert after == before

    def test_a_permalink_is_for_whoever_has_it(self, store, talk):
        _, (first, *_) = talk
        assert store.answer(first.id) == first
        store.say(BEN, Feedback(first.id, "bad"))
        store.say(ADA, Feedback(first.id, "good"))
        store.take_back(BEN, first.id)
        assert [f.verdict for f, _ in store.feedback(first.id)] == ["good"]


class TestFeedback:
    def test_the_latest_first_with_its_answer(self, store, talk):
        _, (first, second, _) = talk
        store.say(ADA, Feedback(first.id, "wrong_source", 1, 1, " It is\nanother. "))
        store.say(BEN, Feedback(second.id, "incomplete", given_at="1999"))
        (newest, of_it), (oldest, of_that) = store.feedback()
        assert (of_it, of_that) == (second, first)
        assert (newest.verdict, newest.sentence, newest.citation) == ("incomplete", None, None)
        assert newest.given_at > oldest.given_at > first.asked_at
        assert (oldest.exchange, oldest.verdict) == (first.id, "wrong_source")
        assert (oldest.sentence, oldest.citation) == (1, 1)
        assert oldest.comment == "It is\nanother."
        assert [f for f, _ in store.feedback(first.id)] == [oldest]

    def test_of_one_reader(self, store, talk):
        _, (first, second, _) = talk
        for reader, exchange in ((ADA, first), (BEN, first), (BEN, second)):
            store.say(reader, Feedback(exchange.id, "good", comment=f"{reader}'s"))
        assert [f.comment for f, _ in store.feedback(first.id)] == ["ben's", "ada's"]
        assert [f.comment for f, _ in store.feedback(first.id, reader=ADA)] == ["ada's"]
        assert [e for _, e in store.feedback(reader=BEN)] == [second, first]
        assert store.feedback(second.id, reader=ADA) == ()

    def test_a_newer_word_on_the_same_place(self, store, talk):
        _, (first, *_) = talk
        places = [(None, None), (1, None), (None, 1), (1, 1)]
        for verdict in ("good", "bad"):
            for place in places:
                store.say(ADA, Feedback(first.id, verdict, *place))
        found = [(f.verdict, f.sentence, f.citation) for f, _ in store.feedback(first.id)]
        assert found == [("bad", *place) for place in reversed(places)]

    def test_taking_back(self, store, talk):
        _, (first, second, _) = talk
        for exchange in (first, second):
            store.say(ADA, Feedback(exchange.id, "good"))
        store.say(ADA, Feedback(first.id, "bad", 1))
        store.take_back(ADA, first.id)
        store.take_back(ADA, "gone")
        assert [f.exchange for f, _ in store.feedback()] == [second.id]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"verdict": "meh"}, "verdict cannot be 'meh'"),
            ({"sentence": 0}, "no sentence 0"),
            ({"sentence": 2}, "no sentence 2: it has 1"),
            ({"citation": 3}, "no citation 3"),
            ({"comment": "x" * (LONGEST_COMMENT + 1)}, "4001 characters"),
        ],
    )
    def test_what_cannot_be_said(self, store, talk, fields, said):
        _, (first, *_) = talk
        with pytest.raises(UsageError, match=said):
            store.say(ADA, Feedback(**{"exchange": first.id, "verdict": "good", **fields}))
        assert store.feedback() == ()

    def test_of_the_nearest(self, store):
        conversation = store.begin(ADA, "Talk")
        abstained = reply(
            answer="", status="abstained", sentences=[], citations=[], nearest=[citation(2)]
        )
        put = store.put(ADA, conversation.id, ASKED, abstained)
        store.say(ADA, Feedback(put.id, "incomplete", citation=2))
        assert store.feedback()[0][0].citation == 2

    def test_of_no_answer(self, store):
        with pytest.raises(NotInLibrary, match="no answer 'gone'"):
            store.say(ADA, Feedback("gone", "good"))

    def test_hostile_comments(self, store, talk):
        _, (first, *_) = talk
        store.say(ADA, Feedback(first.id, "bad", comment="a\0b \ud83d '); DROP TABLE feedback;--"))
        [(kept, _)] = store.feedback()
        assert kept.comment == "a\ufffdb \ufffd '); DROP TABLE feedback;--"


class TestSeconds:
    def test_the_last_hundred_whole_answers(self, store):
        conversation = store.begin(ADA, "Talk")

        def put(seconds, **fields):
            given = reply(timings_ms=Timings(total=seconds * 1000), **fields)
            store.put(ADA, conversation.id, ASKED, given)

        assert store.seconds("extractive") == ()
        for n in range(1, 103):
            put(n)
        put(900, status="abstained")
        put(901, status="partial")
        put(902, generator="local")
        assert store.seconds("extractive") == tuple(range(102, 2, -1))
        assert store.seconds("local") == (902,)


class TestAnotherVersion:
    @pytest.mark.parametrize(
        "change",
        [
            "json_set(content, '$.reply.mood', 'new')",
            "json_set(content, '$.asked.filters.mood', 'new')",
            "json_set(content, '$.reply.status', 'unsure')",
            "substr(content, 1, 40)",
        ],
    )
    def test_its_answers_are_left_out(self, store, path, talk, change, caplog):
        conversation, (first, second, third) = talk
        for exchange in (first, second):
            store.say(ADA, Feedback(exchange.id, "good"))
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(f"UPDATE exchanges SET content = {change} WHERE id = ?", (second.id,))
        assert store.exchanges(ADA, conversation.id) == (first, third)
        assert "left out: 1" in caplog.text
        assert second.id not in caplog.text
        assert [f.exchange for f, _ in store.feedback()] == [first.id]
        assert store.conversations(ADA)[0].id == conversation.id
        for reading in (
            lambda: store.answer(second.id),
            lambda: store.say(ADA, Feedback(second.id, "bad")),
        ):
            with pytest.raises(LibraryMismatch, match="Update Dateline"):
                reading()
        store.drop_from(ADA, second.id)
        assert store.exchanges(ADA, conversation.id) == (first,)
