import json
from pathlib import Path

import pytest

from rag.answerer import Answerer
from rag.errors import LibraryDamaged
from rag.reply import Reply
from tests.ui.conftest import Dateline

QUESTION = "What destroyed the consular building in Damascus?"
ABSTAIN = {"DATELINE_ABSTAIN_BELOW": "1"}


def replies(text: str) -> list[Reply]:
    return [Reply.model_validate_json(line) for line in text.splitlines()]


@pytest.fixture
def abstaining(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ABSTAIN_BELOW", "1")


@pytest.mark.usefixtures("filled")
class TestOneQuestion:
    def test_people_read_the_answer_and_its_sources(self, dateline: Dateline) -> None:
        told = dateline("ask", QUESTION)
        assert told.code == 0, told.err
        assert "An air strike destroyed the consular building of Iran in Damascus" in told.out
        assert "[1]" in told.out.partition("Sources")[0]
        place = "Strike on the consulate in Damascus, Dateline brief, 2 April 2024, paragraph 1"
        assert place in told.out.partition("Sources")[2]
        assert told.err == ""

    def test_programs_read_a_reply(self, dateline: Dateline) -> None:
        told = dateline("ask", "--json", QUESTION)
        (reply,) = replies(told.out)
        assert reply.question == QUESTION
        assert reply.status == "answered"
        assert all(f"[{c.n}]" in reply.answer for c in reply.citations)

    def test_json_may_stand_before_the_command(self, dateline: Dateline) -> None:
        assert replies(dateline("--json", "ask", QUESTION).out)

    def test_words_need_no_quotation_marks(self, dateline: Dateline) -> None:
        (reply,) = replies(dateline("ask", *QUESTION.split(), "--json").out)
        assert reply.question == QUESTION

    def test_explain_tells_how_it_was_found(self, dateline: Dateline) -> None:
        told = dateline("ask", QUESTION, "--explain").out.partition("How it was found")[2]
        assert "confidence" in told
        assert "searched 3 articles" in told
        assert "2024-04-02-strike-on-the-consulate-in-damascus#p1" in told

    def test_hostile_text_stays_text(self, dateline: Dateline) -> None:
        told = dateline("ask", "Who saw the zeppelin of Isfahan?")
        assert "The [bold red]zeppelin[/bold red] of Isfahan" in told.out
        assert "[link=https://evil.example]Evil[/link]" in told.out
        assert ":smile:" in told.out
        assert "\x1b" not in told.out

    def test_fail_on_abstain_does_not_fail_an_answer(self, dateline: Dateline) -> None:
        assert dateline("ask", QUESTION, "--fail-on-abstain").code == 0


@pytest.mark.usefixtures("abstaining")
class TestAbstaining:
    def test_looks_like_an_answer(self, dateline: Dateline) -> None:
        told = dateline("ask", "Who won the football match in Lima?")
        assert told.code == 0
        assert told.err == ""
        assert "Missing: " in told.out
        assert "What comes nearest\n[1] " in told.out

    @pytest.mark.parametrize("as_json", [True, False])
    def test_has_an_exit_code_if_asked(self, dateline: Dateline, as_json: bool) -> None:
        form = ["--json"] if as_json else []
        assert dateline("ask", "Who won?", "--fail-on-abstain", *form).code == 3

    def test_in_a_batch(self, dateline: Dateline) -> None:
        told = dateline("ask", "--batch", "-", "--fail-on-abstain", stdin=b"Who won?\n")
        assert told.code == 3


@pytest.mark.usefixtures("filled")
class TestFilters:
    @pytest.mark.parametrize(
        ("options", "outlets"),
        [
            (["--as-of", "2 April 2024"], {"Dateline brief"}),
            (["--until", "2024-04", "--since", "2024-04-10"], {"The White House"}),
            (["--outlet", "the white house"], {"The White House"}),
            (["--kind", "Briefing"], {"The White House"}),
            (["--speaker", "kirby"], {"The White House"}),
            (["--article", "2024-04-02"], {"Dateline brief"}),
            (["--article", "https://example.org/briefing"], {"The White House"}),
            (["--outlet", "The White House", "--outlet", "Dateline brief", "--since", "2024-04",
              "--until", "2024"], {"The White House", "Dateline brief"}),
        ],
    )  # fmt: skip
    def test_narrow_what_is_searched(
        self, dateline: Dateline, options: list[str], outlets: set[str]
    ) -> None:
        told = dateline("search", "Iran attack consulate drones", "--json", *options)
        assert told.code == 0, told.err
        assert {hit["outlet"] for hit in json.loads(told.out)["results"]} == outlets

    def test_as_of_is_in_the_reply(self, dateline: Dateline) -> None:
        (reply,) = replies(dateline("ask", QUESTION, "--as-of", "2024-04", "--json").out)
        assert reply.as_of == "2024-04-30"

    @pytest.mark.parametrize("option", ["--as-of", "--since", "--until"])
    def test_a_wrong_date_is_named(self, dateline: Dateline, option: str) -> None:
        told = dateline("ask", QUESTION, option, "2024-02-31")
        assert told.code == 2
        assert f"{option} cannot be '2024-02-31'" in told.err

    def test_a_period_that_ends_before_it_begins(self, dateline: Dateline) -> None:
        told = dateline("ask", QUESTION, "--since", "2024-05", "--until", "2024-04")
        assert told.code == 2

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (
                ["--outlet", "White Hause"],
                ["outlet 'White Hause'", "did you mean 'The White House'"],
            ),
            (["--outlet", "Q"], ["it has 'Dateline brief', 'The White House'"]),
            (["--kind", "breifing"], ["'breifing'", "'briefing'"]),
            (["--speaker", "Kirbi"], ["'Kirbi'"]),
            (["--speaker", ""], ["speaker ''"]),
            (["--article", "2024-04-02-strike-on-the-consul-in"], ["did you mean '2024-04-02-"]),
            (["--article", "2024-"], ["names 3 articles"]),
        ],
    )
    def test_an_unknown_name_is_told_with_the_closest(
        self, dateline: Dateline, options: list[str], words: list[str]
    ) -> None:
        told = dateline("ask", QUESTION, *options)
        assert told.code == 1
        assert told.out == ""
        assert all(word in told.err for word in words), told.err


@pytest.mark.usefixtures("filled")
class TestBadQuestions:
    @pytest.mark.parametrize("question", ["", "   ", "?", "a" * 100_000])
    def test_are_wrong_usage(self, dateline: Dateline, question: str) -> None:
        told = dateline("ask", question)
        assert told.code == 2
        assert told.err.count("\n") == 1
        assert len(told.err) < 400

    def test_no_question_at_all(self, dateline: Dateline) -> None:
        assert dateline("ask").code == 2
        assert dateline("ask", "Who?", "--batch", "-").code == 2

    @pytest.mark.parametrize(
        "question",
        ["🚀 who attacked? 🚀", "' OR 1=1; --", '"unbalanced AND (', "{question.__class__}",
         "who\x00 attacked \ud800?", "چه کسی حمله کرد؟"],
    )  # fmt: skip
    def test_strange_ones_are_answered(self, dateline: Dateline, question: str) -> None:
        told = dateline("ask", "--json", question)
        assert told.code in {0, 2}, told.err
        assert "Unexpected" not in told.err


def test_an_empty_library_says_what_to_do(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    dateline("add", str(tmp_path / "bare"))
    for command in (["ask", QUESTION], ["search", "Iran"], ["chat"]):
        told = dateline(*command)
        assert told.code == 1
        assert "no article yet" in told.err
        assert "add PATH" in told.err


@pytest.mark.usefixtures("filled")
class TestBatch:
    def test_one_reply_a_line(self, dateline: Dateline, tmp_path: Path) -> None:
        batch = tmp_path / "questions.txt"
        batch.write_text(
            f'{QUESTION}\n\n{{"id": "b", "question": "Who are killed?"}}\n'
            '{"id": 7, "question": "چه کسی حمله کرد؟"}\n',
            encoding="utf-8",
        )
        told = dateline("ask", "--batch", str(batch))
        assert told.code == 0
        assert [reply.id for reply in replies(told.out)] == ["1", "b", "7"]
        assert replies(told.out)[2].question == "چه کسی حمله کرد؟"

    def test_from_standard_input(self, dateline: Dateline) -> None:
        told = dateline("ask", "--batch", "-", stdin=QUESTION.encode())
        assert [reply.question for reply in replies(told.out)] == [QUESTION]

    def test_a_bad_line_is_told_and_the_rest_answered(self, dateline: Dateline) -> None:
        lines = [
            b'{"id": "cut", "question": ',
            b'{"id": "none"}',
            b'{"id": "list", "question": ["a"]}',
            b'{"id": [1], "question": "Who?"}',
            b'{"id": "empty", "question": "  "}',
            b"\xff\xfe not text",
            b"[" * 100_000,
            b'{"id": "half", "question": "who \\ud800 attacked?"}',
            QUESTION.encode(),
        ]
        told = dateline("ask", "--batch", "-", stdin=b"\n".join(lines))
        assert told.code == 1
        answers = [json.loads(line) for line in told.out.splitlines()]
        assert [a["id"] for a in answers] == [
            "1",
            "none",
            "list",
            "4",
            "empty",
            "6",
            "7",
            "half",
            "9",
        ]
        assert [("error" in a) for a in answers[:7]] == [True] * 7
        assert answers[-1]["status"] == "answered"
        assert told.err == ""

    def test_an_unexpected_error_costs_one_line(
        self, dateline: Dateline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = Answerer.answer

        def fail(self: Answerer, ask: object, *rest: object, **more: object) -> Reply:
            if getattr(ask, "id", None) == "1":
                raise ZeroDivisionError
            return answer(self, ask, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(Answerer, "answer", fail)
        told = dateline("ask", "--batch", "-", stdin=b"Who?\nWho attacked?\n")
        first, second = map(json.loads, told.out.splitlines())
        assert "ZeroDivisionError" in first["error"]
        assert second["id"] == "2"

    def test_a_broken_library_ends_it(
        self, dateline: Dateline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> Reply:
            raise LibraryDamaged("The catalogue is damaged.")

        monkeypatch.setattr(Answerer, "answer", fail)
        told = dateline("ask", "--batch", "-", stdin=b"Who?\nWho attacked?\n")
        assert told.code == 1
        assert told.out == ""
        assert told.err == "The catalogue is damaged.\n"

    def test_a_missing_file_is_named(self, dateline: Dateline) -> None:
        told = dateline("ask", "--batch", "nowhere.txt")
        assert told.code == 2
        assert "'nowhere.txt'" in told.err
