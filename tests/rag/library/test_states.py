"""Any order of operations, against a dictionary that does the same."""

import itertools
import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rag.library import catalogue
from rag.library.dense import published

NAMES = ("tehran", "isfahan", "haifa")
STANDING = {
    name: [" ".join(f"{name}{number}" for number in range(9))]
    for name in ("cairo", "amman", "doha")
}


@pytest.fixture
def machine(tmp_path, shelve):
    first = shelve(tmp_path / "first")
    # So many that there is something to index in every state.
    for name, said in STANDING.items():
        first.put(first.article(name, *said))
    first.publish()
    first.library.checkpoint()
    first.library.close()
    numbers = itertools.count()

    class LibraryMachine(RuleBasedStateMachine):
        """`texts` holds each article's versions, `gone` those that were removed."""

        @initialize()
        def begin(self):
            folder = tmp_path / f"library{next(numbers)}"
            shutil.copytree(tmp_path / "first", folder)
            self.shelf = shelve(folder, create=False)
            self.texts = {name: [said] for name, said in STANDING.items()}
            self.gone, self.words = set(), itertools.count()

        def teardown(self):
            if hasattr(self, "shelf"):
                self.shelf.library.close()

        @rule(name=st.sampled_from(NAMES), paragraphs=st.integers(1, 3))
        def put(self, name, paragraphs):
            """Add, change, or add again."""
            said = [
                " ".join(f"word{next(self.words)}z" for _ in range(9)) for _ in range(paragraphs)
            ]
            number = self.shelf.put(self.shelf.article(name, *said))
            self.texts.setdefault(name, []).append(said)
            self.gone.discard(name)
            assert number == len(self.texts[name])

        @precondition(lambda self: {*self.texts} - {*STANDING})
        @rule(data=st.data())
        def remove(self, data):
            name = data.draw(st.sampled_from(sorted({*self.texts} - {*STANDING})))
            with self.shelf.library.writing() as writer:
                writer.remove([name])
            self.gone.add(name)

        @precondition(lambda self: self.gone)
        @rule(data=st.data())
        def restore(self, data):
            name = data.draw(st.sampled_from(sorted(self.gone)))
            with self.shelf.library.writing() as writer:
                writer.restore(name)
            self.gone.discard(name)

        @rule(force=st.booleans())
        def publish(self, force):
            self.shelf.publish(force=force)

        @rule()
        def reopen(self):
            self.shelf = self.shelf.reopen()

        @precondition(lambda self: hasattr(self, "shelf"))
        @invariant()
        def the_current_articles_are_searched(self):
            present = {name: said[-1] for name, said in self.texts.items() if name not in self.gone}
            shelf = self.shelf
            assert shelf.names() == sorted(present)
            everything = shelf.dense("word", 100)
            assert sorted(n for n, _ in everything) == sorted(shelf.active())
            for name, versions in self.texts.items():
                for said in versions:
                    found = shelf.lexical(said[0].split()[0])
                    assert found == ([name] if said is present.get(name) else [])
            for name, said in present.items():
                best = shelf.nearest(f"{name.title()}\n{said[0]}")
                assert best.article_id == name
                assert best.version_number == len(self.texts[name])

        @precondition(lambda self: hasattr(self, "shelf"))
        @invariant()
        def every_version_is_readable(self):
            with self.shelf.library.reading() as db:
                for name, versions in self.texts.items():
                    for number, said in enumerate(versions, start=1):
                        version = catalogue.read_version(db, name, number)
                        assert [version.slice(p) for p in version.paragraphs] == said
                        assert version.info.current == (number == len(versions))
                        assert version.info.removed == (name in self.gone)

        @precondition(lambda self: hasattr(self, "shelf"))
        @invariant()
        def index_and_tail_are_the_whole(self):
            shelf = self.shelf
            assert shelf.faults() == []
            assert shelf.library.dense.damage is None
            with shelf.library.reading() as db:
                index = published(db)
                active = set(catalogue.vectors(db)[0].tolist())
                if index is None:
                    return
                tail, _, dropped = catalogue.changes_since(db, index.through)
                changes = catalogue.count_changes(db, index.through, index.count)
                assert index.through <= catalogue.last_passage(db)
            assert set(tail.tolist()) <= active
            assert not active & set(dropped)
            # Whatever is searched and not in the tail was there when the index was made.
            assert len(active - set(tail.tolist())) <= index.count
            assert changes >= len(tail)

    return LibraryMachine


def test_any_order_of_operations(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
