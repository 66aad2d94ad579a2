"""The README's promises: its commands exist, its program runs, its make targets are there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from evals.gold.question import GoldQuestion
from evals.metrics.plugins import load_metric
from evals.metrics.registry import PRIMARY, all_metrics
from evals.nuggets import has_nugget
from ingest.fetch import FakeFetcher
from ingest.pipeline import Adder
from rag.library.library import open_library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings, load_settings
from rag.support import SupportModel
from ui.command import app
from ui.engine import Engine
from ui.service import uploads
from ui.service.app import install, openapi_app
from ui.site import Site
from ui.store.store import open_store

from .evals.metrics.making import answered, declined

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARTICLE = """---
title: A statement on the attack
published: 2024-04-14
---

The leaders of the group condemned the attack of April 2024 in a statement on Sunday.

They asked all sides to hold back, and said that they would meet again within the week.
"""


def commands() -> set[str]:
    return set(get_command(app).commands)  # type: ignore[attr-defined]


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"^\| `dateline (\w+)", README, re.MULTILINE))
    assert named == commands()


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_option_of_the_readme_exists() -> None:
    def options(command: Any) -> set[str]:
        own = {option for parameter in command.params for option in parameter.opts}
        return own.union(*map(options, getattr(command, "commands", {}).values()))

    known = options(get_command(app))
    table = README.partition("## Commands")[2].partition("## ")[0]
    for option in set(re.findall(r"(--[a-z]+(?:-[a-z]+)*)", table)):
        assert option in known, option


def test_the_langchain_program_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_EMBEDDING", "hashing")
    (tmp_path / "article.md").write_text(ARTICLE, encoding="utf-8")
    embedder = HashingEmbedder()
    library = open_library(Path(".library"), embedding=embedder.identity, create=True)
    Adder(library, embedder, FakeFetcher({}), 40).run(["article.md"])
    library.close()
    program = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert program is not None
    names: dict[str, object] = {}
    exec(program.group(1), names)
    assert names["reply"].question == "Who condemned the attack of April 2024?"  # type: ignore[attr-defined]
    assert names["passages"]


def test_the_readme_is_as_short_as_promised() -> None:
    assert len(README.splitlines()) <= 180


EVALS = (ROOT / "docs" / "evals.md").read_text(encoding="utf-8")


def test_the_guide_names_every_metric_and_which_decide() -> None:
    named = re.findall(r"^\| (\*?)`([^`]+)` \|", EVALS, re.MULTILINE)
    metrics = all_metrics(SupportModel())
    assert [name for _, name in named] == [metric.name for metric in metrics]
    assert {name for star, name in named if star} == set(PRIMARY)


def test_every_eval_command_and_option_of_the_guide_and_the_workflow_exists() -> None:
    workflow = (ROOT / "docs" / "github-actions.yml").read_text(encoding="utf-8")
    group = get_command(app).commands["eval"]  # type: ignore[attr-defined]
    known = {option for c in group.commands.values() for p in c.params for option in p.opts}
    for text in (EVALS, workflow):
        for name in re.findall(r"dateline eval ([a-z]+)", text):
            assert name in group.commands
    for option in re.findall(r"(?<![\w-])(--[a-z]+(?:-[a-z]+)*)", EVALS):
        assert option in known | {"--library"}, option
    steps = yaml.safe_load(workflow)["jobs"]["gate"]["steps"]
    assert any("dateline eval gate" in step.get("run", "") for step in steps)


def test_the_example_question_of_the_guide_is_one() -> None:
    [example] = re.findall(r"```json\n(.+?)```", EVALS, re.DOTALL)
    question = GoldQuestion.model_validate_json(example)
    [vital] = question.nuggets
    assert has_nugget(question.answers[0].text, vital)


def test_the_metric_of_the_guide_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [program] = re.findall(r"```python\n(.+?)```", EVALS, re.DOTALL)
    (tmp_path / "mine.py").write_text(program, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    metric = load_metric("mine:dated_sentences")
    case = answered(("It was in 2024.", [1]), ("It was loud.", [1]))
    assert metric(case).value == 0.5
    assert metric(declined()).status == "na"


WEB = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")


def test_every_setting_of_the_page_s_guide_exists() -> None:
    named = re.findall(r"^\| `(\w+)` \|", WEB, re.MULTILINE)
    named += [name.lower() for name in re.findall(r"DATELINE_([A-Z_]+)", WEB)]
    assert len(named) >= 8
    for name in named:
        assert name in Settings.model_fields, name


@pytest.fixture
def filled_site(tmp_path: Path) -> Iterator[Site]:
    settings, _ = load_settings(
        library=tmp_path / "library", embedding="hashing", generator="extractive"
    )
    site = Site(Engine(settings), open_store(tmp_path / "conversations.db"))
    yield site
    site.close()


def test_every_address_of_the_page_s_guide_is_served(filled_site: Site) -> None:
    service = openapi_app("0")
    install(service, filled_site)
    service.include_router(uploads.routes(filled_site))
    known = service.openapi()["paths"]
    table = WEB.partition("## The service")[2]
    for address in set(re.findall(r"`(?:GET |POST |DELETE )?(/[a-z0-9/{}]+)`", table)) - {"/mcp"}:
        assert any(path.startswith(address) for path in known), address


def test_every_option_of_the_page_s_guide_exists() -> None:
    group = get_command(app).commands  # type: ignore[attr-defined]
    known = {o for name in ("web", "user") for p in group[name].params
             for o in (*p.opts, *p.secondary_opts)}  # fmt: skip
    for option in re.findall(r"(?<![\w-])(--[a-z]+(?:-[a-z]+)*)", WEB):
        assert option in known, option
