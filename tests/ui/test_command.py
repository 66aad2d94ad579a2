import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import LibraryNotFound
from tests.ui.conftest import Dateline

REPOSITORY = Path(__file__).parents[2]
COMMANDS = ("add", "ask", "chat", "search", "show", "list", "remove", "doctor", "models")


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


def child(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,  # type: ignore[call-overload]
    )


def test_help_names_every_command(dateline: Dateline) -> None:
    told = dateline("--help")
    assert told.code == 0
    assert all(f"  {name} " in told.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(dateline: Dateline, command: str) -> None:
    told = dateline(command, "--help")
    assert told.code == 0
    assert "--help" in told.out


def test_version(dateline: Dateline) -> None:
    assert dateline("--version").out.startswith("dateline ")


def test_no_command_shows_the_help_and_is_wrong_usage(dateline: Dateline) -> None:
    told = dateline()
    assert told.code == 2
    assert "Commands:" in told.out


@pytest.mark.parametrize(
    "arguments",
    [["ask", "--nonsense"], ["serve"], ["show"], ["show", "a", "--version", "x"], ["add"],
     ["search", "a", "-k", "0"]],
)  # fmt: skip
def test_wrong_usage_is_one_sentence_and_code_2(dateline: Dateline, arguments: list[str]) -> None:
    told = dateline(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert one_sentence(told.err)
    assert "--help" in told.err


def test_an_error_is_one_sentence(dateline: Dateline, tmp_path: Path) -> None:
    told = dateline("--library", str(tmp_path / "nowhere"), "list")
    assert told.code == 1
    assert one_sentence(told.err)
    assert "nowhere" in told.err
    assert "add PATH" in told.err


def test_a_bad_setting_is_named(dateline: Dateline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_RESULTS", "many")
    told = dateline("list")
    assert told.code == 2
    assert "'results'" in told.err
    assert "DATELINE_RESULTS" in told.err


def test_a_traceback_comes_only_with_debug(dateline: Dateline) -> None:
    assert "Traceback" not in dateline("list").err
    assert "Traceback" in dateline("--debug", "list").err


@pytest.mark.parametrize("command", [["list"], ["show", "x"], ["remove", "x"], ["ask", "Who?"],
                                     ["search", "attack"], ["chat"]])  # fmt: skip
def test_no_library_says_how_to_make_one(dateline: Dateline, command: list[str]) -> None:
    told = dateline(*command)
    assert told.code == 1
    assert one_sentence(told.err)
    assert "There is no library" in told.err


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ZeroDivisionError("secret\nstate"), 1, "Unexpected ZeroDivisionError (secret)"),
        (RuntimeError(), 1, "Unexpected RuntimeError; run again with --debug"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (LibraryNotFound("Not \x1b[31mhere."), 1, "Not [31mhere."),
    ],
)
def test_whatever_is_raised_ends_at_the_edge(
    dateline: Dateline,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    words: str,
) -> None:
    monkeypatch.setattr("ui.listing.run", lambda *_, **__: _raise(error))
    told = dateline("list")
    assert told.code == code
    assert words in told.err
    assert one_sentence(told.err)


def test_a_closed_pipe_ends_quietly(filled: Path) -> None:
    code = (
        "import os, subprocess, sys\n"
        "reader, writer = os.pipe(); os.close(reader)\n"
        "done = subprocess.run([sys.executable, '-m', 'ui', 'list'], stdout=writer,"
        " stderr=subprocess.PIPE)\n"
        "print(done.returncode, done.stderr)"
    )
    assert child("-c", code).stdout.strip() == "141 b''"


HEAVY = ("torch", "trafilatura", "dateparser", "datasketch", "sentence_transformers", "docx",
         "pypdfium2", "feedparser", "ingest", "langchain", "langchain_openai", "openai",
         "xllamacpp", "tiktoken", "huggingface_hub", "scipy")  # fmt: skip


def loaded(*arguments: str) -> set[str]:
    code = (
        "import sys\nfrom ui.command import main\n"
        f"code = main({list(arguments)!r})\n"
        "sys.stderr.write(f'{code} ' + ' '.join(sys.modules))"
    )
    told = child("-c", code).stderr.split()
    assert told[0] == "0", told
    return set(told[1:])


def test_asking_imports_nothing_that_it_does_not_need(filled: Path) -> None:
    modules = loaded("ask", "--json", "Who attacked Israel?")
    assert modules.isdisjoint(HEAVY)
    # Chroma imports rich itself: look for those who would use it.
    assert modules.isdisjoint(
        {"ui.render", "ui.explain", "ui.chat", "ui.live", "ui.add", "ui.doctor"}
    )
    assert modules.isdisjoint({"rag.generate.naming", "rag.generate.writer", "rag.chain"})


def test_what_is_extractive_by_name_looks_for_no_model(filled: Path) -> None:
    modules = loaded("ask", "Who attacked Israel?", "--generator", "extractive")
    assert modules.isdisjoint({*HEAVY, "rag.generate", "rag.chain"})


def test_help_imports_no_library(dateline: Dateline) -> None:
    modules = loaded("ask", "--help")
    assert modules.isdisjoint({*HEAVY, "sqlalchemy", "numpy", "chromadb", "rich", "langchain_core"})


def test_the_module_runs(filled: Path) -> None:
    ran = child("-m", "ui", "list", "--json")
    assert ran.returncode == 0
    assert len(ran.stdout.splitlines()) == 3
