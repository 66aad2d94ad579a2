"""Answers that a chat model writes, as they appear."""

import io
import json
import re
import signal
import threading
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console

from rag.answerer import Answerer, Ask, Turn
from rag.models.hashing import HashingEmbedder
from rag.reply import Reply, Usage
from rag.settings import load_settings
from tests.ui.conftest import Dateline, Ran
from tests.ui.scripted import NAME, Scripted, chooser
from tests.ui.terminal import terminal
from ui.live import present
from ui.session import asking

QUESTION = "What destroyed the consular building in Damascus?"
STRUCK = "An air strike destroyed it."
DEAD = "Seven officers were killed."
FALSE = "?A rocket from Mars did it."
READING = "Reading 1 paragraph: Dateline brief 2 April 2024"
EXTRACTED = "An air strike destroyed the consular building of Iran in Damascus on 1 April 2024."

pytestmark = pytest.mark.usefixtures("filled")


class TerminalText(io.StringIO):
    """Takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream() -> TerminalText:
    return TerminalText()


Shown = Callable[..., tuple[Reply | None, str]]


@pytest.fixture
def shown(stream: TerminalText) -> Shown:
    """Answer on a terminal; return the reply and the lines that are there."""

    screen = Console(
        file=stream, width=2000, color_system=None, markup=False, highlight=False, emoji=False
    )

    def run(
        generator: Scripted | None, question: str = QUESTION, *turns: Turn, drafts: bool = False
    ) -> tuple[Reply | None, str]:
        settings = load_settings()[0]
        with asking(settings) as library:
            chain = Answerer(library, HashingEmbedder(), settings, generator=generator)
            stop = threading.Event()
            reply = present(screen, chain, Ask(question, history=turns, drafts=drafts, stop=stop))
        return reply, lines(stream)

    return run


def lines(stream: io.StringIO) -> str:
    return re.sub(r" +\n", "\n", stream.getvalue())


def stop(ask: Ask) -> None:
    assert ask.stop is not None
    ask.stop.set()


class TestOnATerminal:
    def test_sources_then_each_sentence_then_the_rest(
        self, shown: Shown, stream: TerminalText
    ) -> None:
        seen: list[str] = []

        def look(_: Ask) -> None:
            seen.append(lines(stream))

        _, told = shown(Scripted([look, STRUCK, look, "?No.", look, DEAD]))
        first, second = f"{READING}\n", f"{STRUCK} [1]\n"
        assert seen == [first, first + second, first + second]
        assert told.startswith(f"{first}{second}{DEAD} [1]\n1 sentence left out")
        assert f"Answer by {NAME}, every sentence checked" in told
        assert re.search(r"512 tokens read, 88 written\)\.\n\nSources\n\[1\] ", told)

    def test_drafts_are_struck_through_and_cite_nothing(self, shown: Shown) -> None:
        _, told = shown(Scripted([STRUCK, FALSE]), drafts=True)
        assert f"{STRUCK} [1]\n{FALSE[1:]} (not in the source)\nAnswer by" in told

    def test_after_a_failure_nothing_is_there_twice(self, shown: Shown) -> None:
        reply, told = shown(Scripted([FALSE], notice="The model fell asleep."), drafts=True)
        assert reply is not None
        assert reply.generator == "extractive"
        assert told.count("The model fell asleep. ") == 1
        assert told.partition("Sources")[0].count(EXTRACTED) == 1
        assert told.count(FALSE[1:]) == 1
        assert "left out" not in told
        assert "Answer by" not in told

    def test_a_model_that_declines_leaves_what_is_nearest(self, shown: Shown) -> None:
        reply, told = shown(Scripted([], declined=True))
        assert reply is not None
        assert reply.status == "abstained"
        assert told.startswith(f"{READING}\nThe articles in this library do not answer that.")
        assert "\nWhat comes nearest\n[1] " in told

    def test_stopped_before_a_sentence_nothing_follows(self, shown: Shown) -> None:
        assert shown(Scripted([stop, STRUCK])) == (None, f"{READING}\n")

    def test_nor_after_drafts_alone(self, shown: Shown) -> None:
        reply, told = shown(Scripted([FALSE, stop, STRUCK]), drafts=True)
        assert reply is None
        assert told == f"{READING}\n{FALSE[1:]} (not in the source)\n"

    def test_stopped_later_what_was_shown_has_its_sources(self, shown: Shown) -> None:
        reply, told = shown(Scripted([STRUCK, stop, DEAD]))
        assert reply is not None
        assert reply.answer == f"{STRUCK} [1]"
        assert told.startswith(f"{READING}\n{STRUCK} [1]\nAnswer by")
        assert "\nSources\n[1] " in told

    def test_hostile_words_of_a_model_are_plain(self, shown: Shown) -> None:
        evil = "[bold]x[/bold] \x1b[31mred\x1b]8;;http://e\x07 \u202eso."
        _, told = shown(Scripted([evil, f"?{evil}"], notice=evil, name=evil), drafts=True)
        assert told.count("[bold]x[/bold] [31mred]8;;http://e so.") == 4
        for harm in ("\x1b[31m", "\x1b]8", "\x07", "\u202e"):
            assert harm not in told

    def test_the_articles_own_answer_looks_as_everywhere(
        self, shown: Shown, dateline: Dateline
    ) -> None:
        _, told = shown(None)
        assert told == dateline("ask", QUESTION).out
        assert "Reading" not in told

    def test_what_was_understood_is_told(self, shown: Shown) -> None:
        scripted = Scripted([STRUCK])
        first, _ = shown(scripted)
        assert first is not None
        reply, told = shown(scripted, "And in May?", Turn(QUESTION, first))
        assert reply is not None
        assert reply.standalone_question != "And in May?"
        assert f"Understood as: {reply.standalone_question}\nReading 1 paragraph: " in told


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where the tests are a shell's background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


Typed = Callable[..., Ran]


@pytest.fixture
def written(dateline: Dateline, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run a command line with a scripted generator."""

    def run(scripted: Scripted, *arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr("rag.generate.choice.generator_of", chooser(scripted))
        return dateline(*arguments, stdin=stdin)

    return run


def press(_: Ask) -> None:
    signal.raise_signal(signal.SIGINT)


def pressed(ask: Ask) -> None:
    """Ctrl-C, and what a model does then."""
    press(ask)
    assert ask.stop is not None
    assert ask.stop.wait(30)


class TestAsk:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["--generator", NAME, "ask", QUESTION],
            ["ask", "--generator", NAME, QUESTION],
            ["--generator", "nobody", "ask", QUESTION, "--generator", NAME],
        ],
    )
    def test_the_generator_is_named_before_or_after(
        self, written: Typed, arguments: list[str]
    ) -> None:
        told = written(Scripted([STRUCK]), *arguments)
        assert told.out.startswith(f"{STRUCK} [1]\nAnswer by {NAME}")
        assert told.err == ""

    def test_the_generator_may_be_a_setting(
        self, written: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATELINE_GENERATOR", NAME)
        assert NAME in written(Scripted([STRUCK]), "ask", QUESTION).out
        told = written(Scripted([STRUCK]), "ask", QUESTION, "--generator", "extractive")
        assert NAME not in told.out

    def test_one_that_is_none_is_wrong_usage(self, dateline: Dateline) -> None:
        told = dateline("ask", QUESTION, "--generator", "nobody:nothing")
        assert told.code == 2
        assert told.out == ""
        assert "'nobody:nothing'" in told.err

    def test_programs_read_it_whole(self, written: Typed) -> None:
        scripted = Scripted([FALSE, STRUCK])
        told = written(scripted, "--json", "ask", QUESTION, "--generator", NAME)
        reply = Reply.model_validate_json(told.out)
        assert (reply.generator, reply.withheld, reply.answer) == (NAME, 1, f"{STRUCK} [1]")
        told = written(scripted, "ask", QUESTION, "--generator", NAME, "--drafts", "--json")
        reply = Reply.model_validate_json(told.out)
        assert [s.support for s in reply.sentences] == ["unsupported", "supported"]

    def test_pipes_get_drafts_too(self, written: Typed) -> None:
        told = written(Scripted([FALSE, STRUCK]), "ask", QUESTION, "--generator", NAME, "--drafts")
        assert told.out.startswith(f"{FALSE[1:]} (not in the source)\n{STRUCK} [1]\n")

    def test_explain_tells_of_the_model(self, written: Typed) -> None:
        usage = Usage(prompt_tokens=5, completion_tokens=6, cost_usd=0.00012)
        scripted = Scripted([FALSE, STRUCK], usage=usage)
        told = written(scripted, "ask", QUESTION, "--generator", NAME, "--explain").out
        told = told.partition("How it was found")[2]
        assert f"by {NAME}\n" in told
        assert "sentences of the model left out: 1\n" in told
        assert "tokens: 5 read, 6 written, $0.000120\n" in told
        assert re.search(r"verify 4, first sentence \d+, total", told)
        assert "of the model" not in written(scripted, "ask", QUESTION, "--explain").out

    def test_batches_have_it_and_drafts(self, written: Typed) -> None:
        scripted = Scripted([FALSE, STRUCK])
        options = ("ask", "--batch", "-", "--generator", NAME)
        (line,) = written(scripted, *options, stdin=b"Who?").out.splitlines()
        assert [s["text"] for s in json.loads(line)["sentences"]] == [STRUCK]
        (line,) = written(scripted, *options, "--drafts", stdin=b"Who?").out.splitlines()
        assert [s["text"] for s in json.loads(line)["sentences"]] == [FALSE[1:], STRUCK]

    @pytest.mark.usefixtures("interruptible")
    @pytest.mark.parametrize("form", [[], ["--json"]])
    def test_control_c_stops_the_model_and_leaves(self, written: Typed, form: list[str]) -> None:
        scripted = Scripted([STRUCK, press])
        told = written(scripted, "ask", QUESTION, "--generator", NAME, *form)
        assert (told.code, told.out, told.err) == (130, "", "Interrupted.\n")
        stop = scripted.asked[0].stop
        assert stop is not None
        assert stop.is_set()


class TestChat:
    def talk(self, written: Typed, scripted: Scripted, *said: str) -> str:
        told = written(scripted, "chat", "--generator", NAME, stdin="\n".join(said).encode())
        assert (told.code, told.err) == (0, "")
        return told.out

    @pytest.mark.usefixtures("interruptible")
    def test_control_c_before_anything_leaves_nothing(self, written: Typed) -> None:
        scripted = Scripted([pressed, STRUCK])
        told = self.talk(written, scripted, QUESTION, "And who was killed?")
        assert EXTRACTED not in told
        assert told.count("Stopped.\n") == 2
        assert scripted.asked[1].history == ()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    @pytest.mark.usefixtures("interruptible")
    def test_a_second_control_c_leaves(self, written: Typed) -> None:
        def twice(ask: Ask) -> None:
            pressed(ask)
            press(ask)

        scripted = Scripted([STRUCK, twice])
        told = self.talk(written, scripted, QUESTION, "Who was killed?")
        assert told.endswith("Goodbye.\n")
        assert len(scripted.asked) == 1

    @pytest.mark.usefixtures("interruptible")
    def test_where_it_is_ignored_it_stays_ignored(self, written: Typed) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        assert f"{DEAD} [1]" in self.talk(written, Scripted([STRUCK, press, DEAD]), QUESTION)

    def test_the_generator_is_shown_and_changed(self, written: Typed) -> None:
        told = self.talk(
            written, Scripted([STRUCK]),
            "/generator", "/generator extractive", QUESTION, f"/generator  {NAME} ", QUESTION,
        )  # fmt: skip
        assert re.findall("written by: (.*)", told) == [NAME, "extractive", NAME]
        assert told.partition("by: extractive")[2].index(EXTRACTED) < told.rindex(STRUCK)

    def test_one_that_is_none_changes_nothing(self, dateline: Dateline) -> None:
        told = dateline("chat", stdin=f"/generator nobody:nothing\n{QUESTION}".encode())
        assert "'nobody:nothing'" in told.out
        assert EXTRACTED in told.out

    def test_drafts_are_toggled(self, written: Typed) -> None:
        told = self.talk(
            written, Scripted([FALSE, STRUCK]), QUESTION, "/drafts", QUESTION, "/drafts", QUESTION
        )
        assert told.count("1 sentence left out") == 2
        assert told.count(f"{FALSE[1:]} (not in the source)") == 1

    def test_drafts_from_the_beginning(self, written: Typed) -> None:
        told = written(Scripted([FALSE, STRUCK]), "chat", "--drafts", "--generator", NAME,
                       stdin=QUESTION.encode())  # fmt: skip
        assert f"{FALSE[1:]} (not in the source)" in told.out

    def test_help_names_them(self, dateline: Dateline) -> None:
        told = dateline("chat", stdin=b"/help").out
        assert "/generator NAME" in told
        assert "/drafts" in told


CHILD = """
import rag.generate.choice
from tests.ui.scripted import NAME, Scripted, chooser
def wait(ask): ask.stop.wait(60)
rag.generate.choice.generator_of = chooser(Scripted({steps}))
sys.exit(main([{command!r}, "--generator", NAME, *{rest!r}]))
"""


class TestOnItsOwnTerminal:
    """In a child process, with the status on standard error and real keys."""

    def test_control_c_while_a_model_writes_ends_ask(self) -> None:
        code = CHILD.format(steps=f"[{STRUCK!r}, wait]", command="ask", rest=[QUESTION])
        with terminal(code, TERM="xterm") as screen:
            seen = screen.read_until(
                lambda text: b"writing with scripted:model" in text.partition(STRUCK.encode())[2]
            )
            assert READING.encode() in seen.partition(STRUCK.encode())[0]
            screen.press(b"\x03")
            seen = screen.read_to_end()
            assert b"Interrupted." in seen
            assert b"Traceback" not in seen
            assert b"\x1b[?25h" in seen  # the cursor is back
            assert screen.process.wait(timeout=60) == 130

    def test_and_in_chat_only_the_answer(self) -> None:
        code = CHILD.format(steps=f"[{STRUCK!r}, wait, {DEAD!r}]", command="chat", rest=[])
        with terminal(code) as screen:
            screen.read_until(lambda text: text.endswith(b"> "))
            screen.press(QUESTION.encode() + b"\n")
            screen.read_until(lambda text: STRUCK.encode() in text)
            screen.press(b"\x03")
            seen = screen.read_until(lambda text: text.endswith(b"> "))
            assert b"Sources" in seen
            assert b"Stopped." in seen
            assert DEAD.encode() not in seen
            assert STRUCK.encode() not in seen
            screen.press(b"/sources\n")
            assert b"[1]" in screen.read_until(lambda text: text.endswith(b"> "))
            screen.press(b"\x04")
            assert b"Goodbye." in screen.read_to_end()
            assert screen.process.wait(timeout=60) == 0
