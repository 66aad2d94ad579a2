"""Finding a conversation by its words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ui.store.records import Asked
from ui.store.search import MOST_WORDS, words_of
from ui.store.store import open_store

from .making import Clock, reply

ADA, BEN = "ada", "ben"


@pytest.fixture
def found(store):
    """The titles of Ada's conversations that have the words."""
    return lambda words: [c.title for c in store.conversations(ADA, words)]


def say(store, conversation, question, answer, reader=ADA):
    return store.put(reader, conversation.id, Asked(), reply(question, answer))


@pytest.fixture
def filled(store):
    attack = store.begin(ADA, "Attack of April")
    say(store, attack, "Who condemned it?", "The G7 did. [1] Iran's ministry did not. [2]")
    say(store, attack, "And Jordan?", "It closed its airspace. [1]")
    strike = store.begin(ADA, "A consulate in Damascus")
    say(store, strike, "Who was killed?", "General Zahedi was killed in April. [12]")
    say(store, store.begin(BEN, "Attack of October"), "Who condemned it?", "Many.", BEN)
    return {"attack": attack, "strike": strike}


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("", ["A consulate in Damascus", "Attack of April"]),
        ("  ", ["A consulate in Damascus", "Attack of April"]),
        ("april", ["A consulate in Damascus", "Attack of April"]),
        ("ATTACK", ["Attack of April"]),
        ("condemned", ["Attack of April"]),
        ("airspace g7", ["Attack of April"]),  # of two answers
        ("airspace april", ["Attack of April"]),  # of an answer and the title
        ("airspace zahedi", []),
        ("zah", ["A consulate in Damascus"]),
        ("killed zah", ["A consulate in Damascus"]),
        ("zah killed", []),  # only the last may be a beginning
        ("iran", ["Attack of April"]),
        ("Iran's", ["Attack of April"]),
        ("october", []),
        ("12", []),  # the number of a citation is no word
        ("ondemned", []),
    ],
)
def test_all_the_words(filled, found, words, titles):
    assert found(words) == titles


@pytest.mark.parametrize("words", ['"', "*", "'", "()", "-", "^", "\0", "\ud800", "{}:", '""*'])
def test_signs_alone_are_no_words(filled, found, words):
    assert found(words) == found("")


@pytest.mark.parametrize(
    "words",
    [
        "OR", "april OR nothing", "NOT damascus", "NEAR(april zahedi)", "zahedi AND NOT x",
        "words:april", "title_words:x", "rowid", '" OR "', "april\0nothing", "%", "_x",
    ],
)  # fmt: skip
def test_no_word_is_an_operator(filled, found, words):
    assert found(words) == ([] if words_of(words) else found(""))


def test_operators_are_found_as_words(store, found):
    store.begin(ADA, 'this OR "that" NOT near* AND')
    for words in ("or", "OR that", '"that', "not near and", "AND NOT", "near* AND"):
        assert found(words) == ['this OR "that" NOT near* AND']


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("ایران به اسرائیل حمله کرد", "حمله"),
        ("او می‌خواهد برود", "می‌خواهد"),
        ("او می‌خواهد برود", "میخواهد"),
        ("در سال ۱۴۰۳", "1403"),
        ("يك كتاب", "یک کتاب"),
        ("هَجَمَتْ إيران", "هجمت ايران"),
        ("הממשלה הודיעה", "הממשלה"),
        ("שָׁלוֹם", "שלום"),
        ("the café of Ḥayfā", "cafe hayf"),
        ("STRASSE", "straße"),
        ("ＮＡＴＡＮＺ", "natanz"),
        ("襲撃があった", "襲撃"),
    ],
)
def test_other_scripts(store, found, said, typed):
    talk = store.begin(ADA, "Talk")
    say(store, talk, "What?", said)
    store.begin(ADA, said)
    assert set(found(typed)) == {"Talk", said}
    assert found(typed + "ژژ") == []


def test_what_changed_is_found_no_more(store, found, filled):
    attack, strike = filled["attack"], filled["strike"]
    store.rename(ADA, attack.id, "Spring")
    assert found("attack") == []
    assert found("spring") == ["Spring"]
    store.put(ADA, attack.id, Asked(), reply("Egypt?", "Nothing."), after="")
    assert found("jordan") == found("condemned") == []
    assert found("egypt") == ["Spring"]
    store.delete(ADA, strike.id)
    assert found("zahedi") == found("damascus") == []


def test_very_many_words(filled, found):
    assert found("april " * 10_000) == found("april")
    assert found(" ".join(f"w{n}" for n in range(10 * MOST_WORDS))) == []


def test_words_of_a_newer_table_row_are_not_an_older_ones(store, found, filled):
    """Numbers of rows are not used again: nothing is found under a number that was freed."""
    store.delete(ADA, filled["strike"].id)
    say(store, store.begin(ADA, "Fresh"), "New?", "Yes.")
    assert found("zahedi") == []
    assert found("new") == ["Fresh"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("shared") / "store.db", clock=Clock())
    yield store
    store.close()


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@given(title=ANY_TEXT, question=ANY_TEXT, typed=ANY_TEXT, cut=st.integers(1, 5))
@example(title="ŉa", question="ǰ İ ẞ", typed='"*', cut=1)
@settings(deadline=None, max_examples=60)
def test_whatever_is_said_is_found(shared, title, question, typed, cut):
    """By each of its words, and by the beginning of any; and nothing typed is an error."""
    talk = shared.begin(ADA, title)
    given = reply().model_copy(update={"question": question})
    shared.put(ADA, talk.id, Asked(), given)
    try:
        for text in (talk.title, question):
            words = words_of(text)
            for typed_words in (" ".join(words[:MOST_WORDS]), *(w[:cut] for w in words)):
                assert [c.id for c in shared.conversations(ADA, typed_words)] == [talk.id]
        shared.conversations(ADA, typed)
        assert shared.conversations(BEN, question) == ()
    finally:
        shared.delete(ADA, talk.id)
