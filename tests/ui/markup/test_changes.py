from hypothesis import given
from hypothesis import strategies as st

from ui.markup.changes import changes_html, word_runs

from .making import every, one, parsed, text_of, version


def test_old_and_new_stand_side_by_side_with_the_words_that_changed() -> None:
    old = version(["Same.", "He fired 170 drones at night."], title="Before")
    new = version(["Same.", "He fired 185 drones at night.", "More."], number=2, title="After")
    root = parsed(changes_html(old, new))
    assert one(root, "title").text_content() == "After"
    assert "The title was: Before" in text_of(root)
    (change,) = every(root, "change")
    assert [text_of(p) for p in every(change, "paragraph")] == [
        "He fired 170 drones at night.", "He fired 185 drones at night.", "More."
    ]  # fmt: skip
    single = parsed(
        changes_html(old, version(["Same.", "He fired 185 drones at night."], number=2))
    )
    assert [d.text_content() for d in single.iter("del")] == ["170"]
    assert [i.text_content() for i in single.iter("ins")] == ["185"]


def test_nothing_changed() -> None:
    root = parsed(changes_html(version(["Same."]), version(["Same."], number=2)))
    assert "The paragraphs are the same" in text_of(one(root, "notice"))


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_word_is_lost(before: str, after: str) -> None:
    old, new = word_runs(before, after)
    assert "".join(run.text for run in old) == before
    assert "".join(run.text for run in new) == after


def test_hostile_and_huge_paragraphs() -> None:
    script = "<script>alert(1)</script>" * 100_000
    root = parsed(changes_html(version([script]), version(["b"], number=2)))
    assert len(text_of(root)) < 50_000
