import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.answerer import Answerer, Ask
from rag.reply import Reply
from tests.ui.conftest import Dateline
from ui.chat import HELP

QUESTION = "What destroyed the consular building in Damascus?"
REPOSITORY = Path(__file__).parents[2]

# The pseudo-terminal becomes the child's own, so that Ctrl-C reaches it.
# A shell's background job, as which the tests may run, hands down that Ctrl-C is ignored.
ON_ITS_TERMINAL = """
import fcntl, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from ui.command import main
sys.exit(main(["chat"]))
"""

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


def read_until(terminal: int, done: Callable[[bytes], bool]) -> bytes:
    """Read what appears on a terminal until nothing is left to read and it is done."""
    seen = b""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        over = done(seen)  # asked first: what is written before that is read after it
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if not ready and over:
            break
        try:
            seen += os.read(terminal, 4096) if ready else b""
        except OSError:  # closed at the other end
            break
    return seen


@pytest.mark.parametrize("keys", [b"\x04", b"\x03"])
def test_control_d_and_control_c_leave_a_terminal(keys: bytes) -> None:
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ON_ITS_TERMINAL],
        cwd=REPOSITORY,
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": str(REPOSITORY)},
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    try:
        seen = read_until(mine, lambda text: text.endswith(b"> "))
        os.write(mine, keys)
        seen = read_until(mine, lambda _: process.poll() is not None)
        assert b"Goodbye." in seen
        assert b"Traceback" not in seen
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(mine)
