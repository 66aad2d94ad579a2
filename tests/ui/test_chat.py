import pytest

from rag.answerer import Answerer, Ask
from rag.reply import Reply
from tests.ui.conftest import Dateline
from tests.ui.terminal import terminal
from ui.chat import HELP

QUESTION = "What destroyed the consular building in Damascus?"

pytestmark = pytest.mark.usefixtures("filled")


def talk(dateline: Dateline, *lines: str) -> str:
    told = dateline("chat", stdin="\n".join(lines).encode())
    assert told.code == 0, told.err
    assert told.err == ""
    return told.out


def test_it_begins_with_what_there_is_and_ends_politely(dateline: Dateline) -> None:
    told = talk(dateline)
    assert told.startswith("3 articles, 6 paragraphs.")
    assert "/quit" in told.splitlines()[0]
    assert told.endswith("Goodbye.\n")


def test_a_number_opens_the_paragraph_with_the_exact_words(dateline: Dateline) -> None:
    told = talk(dateline, QUESTION, "1").partition("Sources")[2]
    assert "2024-04-02-strike-on-the-consulate-in-damascus, version 1, 2 paragraphs" in told
    assert "[1] »An air strike destroyed the consular building of Iran" in told
    assert "after, [2] Seven officers" in told


def test_plus_and_minus_turn(dateline: Dateline) -> None:
    told = talk(dateline, QUESTION, "[1]", "+", "+", "-", "-")
    assert "\n[2] Seven officers" in told
    assert "before, [1] An air strike" in told
    assert "has no paragraph 3; it has 1 to 2" in told
    assert "has no paragraph 0" in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1", "There is no citation 1; the last answer has none."),
        ("+", "No paragraph is open"),
        ("/sources", "no answer with sources yet"),
        ("/nonsense now", "There is no command '/nonsense'"),
        ("/help", HELP.splitlines()[-1]),
        ("?", "holds no words"),
        ("x" * 5000, "5000 characters"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_chat_goes_on(
    dateline: Dateline, line: str, words: str
) -> None:
    told = talk(dateline, line, QUESTION)
    assert words in told.partition("Sources")[0]
    assert "An air strike destroyed" in told


def test_sources_are_listed_again(dateline: Dateline) -> None:
    assert talk(dateline, QUESTION, "/sources").count("\nSources\n[1] ") == 2


def test_quit_leaves_the_rest_unread(dateline: Dateline) -> None:
    assert "Damascus" not in talk(dateline, "/quit", QUESTION)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Ask]:
    seen: list[Ask] = []
    answer = Answerer.answer

    def look(self: Answerer, ask: Ask) -> Reply:
        seen.append(ask)
        if "crash" in ask.question:
            raise ZeroDivisionError
        return answer(self, ask)

    monkeypatch.setattr(Answerer, "answer", look)
    return seen


def test_the_conversation_is_remembered_until_it_is_not(
    dateline: Dateline, asked: list[Ask]
) -> None:
    talk(dateline, QUESTION, "and in April?", "/new", "Who was killed?")
    assert [[turn.question for turn in ask.history] for ask in asked] == [[], [QUESTION], []]
    assert asked[1].history[0].reply.question == QUESTION


def test_an_unexpected_error_does_not_end_it(dateline: Dateline, asked: list[Ask]) -> None:
    told = dateline("chat", stdin=f"crash\n{QUESTION}\n".encode())
    assert told.code == 0
    assert "Unexpected ZeroDivisionError" in told.err
    assert "An air strike destroyed" in told.out
    assert asked[1].history == ()


def test_filters_hold_for_every_question(dateline: Dateline, asked: list[Ask]) -> None:
    dateline("chat", "--as-of", "2024-04", stdin=b"Who?\nWhere was it?\n")
    assert [ask.filters.as_of for ask in asked] == ["2024-04-30"] * 2


@pytest.mark.parametrize("keys", [b"\x04", b"\x03"])
def test_control_d_and_control_c_leave_a_terminal(keys: bytes) -> None:
    with terminal('sys.exit(main(["chat"]))') as screen:
        screen.read_until(lambda text: text.endswith(b"> "))
        screen.press(keys)
        seen = screen.read_to_end()
        assert b"Goodbye." in seen
        assert b"Traceback" not in seen
        assert screen.process.wait(timeout=60) == 0
