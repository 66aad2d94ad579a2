"""Any order of what three readers do, against dictionaries that do the same."""

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rag.errors import NotInLibrary
from ui.store.records import VERDICTS, Asked, Feedback
from ui.store.store import open_store

from .making import Clock, reply

READERS = ("ada", "ben", "user:ada")
WORDS = ("april", "zahedi", "ایران", "OR")
ASKED = Asked(generator="local")

some_reader = st.sampled_from(READERS)
some_words = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


@dataclass
class Talk:
    """A conversation as it should be; `latest` counts up with every word of the reader's."""

    id: str
    reader: str
    title: str
    latest: int
    said: list[str] = field(default_factory=list)


@pytest.fixture
def machine(tmp_path):
    files = itertools.count()

    class StoreMachine(RuleBasedStateMachine):
        """`talks` by id; `answers` holds what was put, by id, `said` what was said of it."""

        conversations = Bundle("conversations")
        answers = Bundle("answers")

        @initialize()
        def begin_with_nothing(self):
            self.path = tmp_path / f"{next(files)}.db"
            self.clock, self.count = Clock(), itertools.count()
            self.store = open_store(self.path, clock=self.clock)
            self.talks, self.kept, self.said = {}, {}, {}

        def teardown(self):
            if hasattr(self, "store"):
                self.store.close()

        def owned(self, reader, conversation):
            talk = self.talks.get(conversation)
            return talk if talk and talk.reader == reader else None

        def talk_of(self, answer):
            return next((t for t in self.talks.values() if answer in t.said), None)

        def forget(self, gone):
            for answer in gone:
                del self.kept[answer]
            self.said = {k: v for k, v in self.said.items() if k[1] not in gone}

        @rule(target=conversations, reader=some_reader, title=some_words)
        def begin(self, reader, title):
            begun = self.store.begin(reader, title)
            assert begun.id not in self.talks
            self.talks[begun.id] = Talk(begun.id, reader, title or "Untitled", next(self.count))
            return begun.id

        @rule(reader=some_reader, conversation=conversations, title=some_words)
        def rename(self, reader, conversation, title):
            talk = self.owned(reader, conversation)
            assert self.store.rename(reader, conversation, title) == bool(talk)
            if talk:
                talk.title = title or "Untitled"

        @rule(reader=some_reader, conversation=conversations)
        def delete(self, reader, conversation):
            talk = self.owned(reader, conversation)
            assert self.store.delete(reader, conversation) == bool(talk)
            if talk:
                self.forget(self.talks.pop(conversation).said)

        @rule(
            target=answers,
            reader=some_reader,
            conversation=conversations,
            question=some_words,
            answer=some_words,
            after=st.none() | st.just("") | answers,
        )
        def put(self, reader, conversation, question, answer, after):
            talk, given = self.owned(reader, conversation), reply(question, answer)
            if talk is None or (after and after not in talk.said):
                with pytest.raises(NotInLibrary):
                    self.store.put(reader, conversation, ASKED, given, after=after)
                return multiple()
            put = self.store.put(reader, conversation, ASKED, given, after=after)
            if after is not None:
                stays = talk.said.index(after) + 1 if after else 0
                self.forget(talk.said[stays:])
                del talk.said[stays:]
            talk.said.append(put.id)
            talk.latest = next(self.count)
            self.kept[put.id] = put
            return put.id

        @rule(reader=some_reader, answer=answers)
        def undo(self, reader, answer):
            self.store.drop_from(reader, answer)
            talk = self.talk_of(answer)
            if talk and talk.reader == reader:
                begins = talk.said.index(answer)
                self.forget(talk.said[begins:])
                del talk.said[begins:]

        @rule(
            reader=some_reader,
            answer=answers,
            verdict=st.sampled_from(VERDICTS),
            sentence=st.sampled_from([None, 1]),
            citation=st.sampled_from([None, 1]),
        )
        def say(self, reader, answer, verdict, sentence, citation):
            feedback = Feedback(answer, verdict, sentence, citation)
            if answer not in self.kept:
                with pytest.raises(NotInLibrary):
                    self.store.say(reader, feedback)
                return
            self.store.say(reader, feedback)
            place = (reader, answer, sentence, citation)
            self.said.pop(place, None)
            self.said[place] = verdict

        @rule(reader=some_reader, answer=answers)
        def take_back(self, reader, answer):
            self.store.take_back(reader, answer)
            self.said = {k: v for k, v in self.said.items() if k[:2] != (reader, answer)}

        @rule()
        def reopen(self):
            self.store.close()
            self.store = open_store(self.path, clock=self.clock)

        @rule(reader=some_reader, words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2))
        def search(self, reader, words):
            found = {c.id for c in self.store.conversations(reader, " ".join(words))}
            assert found == {
                talk.id
                for talk in self.talks.values()
                if talk.reader == reader and {*words} <= self.words_of(talk)
            }

        def words_of(self, talk):
            replies = [self.kept[answer].reply for answer in talk.said]
            texts = [talk.title, *(t for r in replies for t in (r.question, r.answer))]
            return set(" ".join(texts).split())

        @precondition(lambda self: hasattr(self, "store"))
        @invariant()
        def each_reader_has_their_own(self):
            for reader in READERS:
                own = [talk for talk in self.talks.values() if talk.reader == reader]
                own.sort(key=lambda talk: -talk.latest)
                listed = [(c.id, c.title) for c in self.store.conversations(reader)]
                assert listed == [(talk.id, talk.title) for talk in own]
                for talk in self.talks.values():
                    mine = talk.reader == reader
                    expected = [self.kept[answer] for answer in talk.said] if mine else []
                    assert list(self.store.exchanges(reader, talk.id)) == expected
                    assert (self.store.conversation(reader, talk.id) is not None) == mine

        @precondition(lambda self: hasattr(self, "store"))
        @invariant()
        def what_was_said(self):
            told = [(f.exchange, f.sentence, f.citation, f.verdict, e.id)
                    for f, e in self.store.feedback()]  # fmt: skip
            said = [(*place[1:], v, place[1]) for place, v in self.said.items()]
            assert told == said[::-1]

    return StoreMachine


def test_any_order_of_what_readers_do(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
