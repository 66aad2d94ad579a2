from hypothesis import given
from hypothesis import strategies as st

from ui.markup.excerpt import excerpt


@given(st.text(max_size=60), st.integers(0, 70), st.integers(0, 70), st.integers(1, 80))
def test_an_excerpt_holds_the_words_and_no_more_than_the_bound(
    text: str, start: int, length: int, most: int
) -> None:
    start, end = min(start, len(text)), min(start + length, len(text))
    part = excerpt(text, start, end, most=most)
    shown = part.before + part.exact + part.after
    assert len(shown) == min(most, len(text))
    assert shown in text
    assert part.exact == text[start:end][:most]
    assert part.is_cut == (len(text) > most)
    assert part.cut_before == (not text.startswith(shown) or part.cut_before)


@given(st.text(max_size=40), st.tuples(*[st.integers(0, 45)] * 4), st.integers(1, 50))
def test_an_answer_is_told_if_all_of_it_is_among_the_exact_words(
    text: str, places: tuple[int, int, int, int], most: int
) -> None:
    (start, end), (first, last) = sorted(places[:2]), sorted(places[2:])
    part = excerpt(text, start, end, most=most, answer=(first, last))
    assert str(part.pointed) == part.exact
    bare = excerpt(text, start, end, most=most)
    assert (bare.before, bare.exact, bare.after) == (part.before, part.exact, part.after)
    assert bare.answer is None
    inside = start <= first < last <= min(start + len(part.exact), len(text))
    assert part.pointed.exact == (text[first:last] if inside else "")
