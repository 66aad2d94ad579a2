"""The page: whole, escaped, self-contained, readable."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evals.report import html
from evals.report.html import page
from evals.report.report import Report

from .making import HOSTILE, WRONG, answered, material, pair, source, told

OPEN = {"meta", "input", "br"}


class Read(HTMLParser):
    """The page as a browser takes it: elements, attributes, headings, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in OPEN:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text += data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def hostile(folder: Path) -> Report:
    of = material(2, q_0={"question": HOSTILE, "answers": [{"text": HOSTILE}], "family": HOSTILE})
    said = answered("q-0", WRONG).reply
    assert said is not None
    parts: dict[str, Any] = {
        "answer": HOSTILE,
        "missing": [HOSTILE],
        "sentences": [said.sentences[0].model_copy(update={"text": HOSTILE})],
        "citations": [
            said.citations[0].model_copy(
                update={"title": HOSTILE, "text": f"{HOSTILE}{WRONG}", "url": "http://evil.example"}
            )
        ],
    }
    after = source(folder / "<b>after", of, {"q-0": answered("q-0", WRONG, **parts)})
    return told(of, after, source(folder / "before", of))


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    text = page(hostile(tmp_path))
    read = Read(text)
    assert len(read.of("script")) == 1
    assert read.of("img") == []
    assert read.of("a") == [a for a in read.of("a") if a["href"].startswith("#")]
    # Question (twice), family, right answer, said, missing, title and paragraph.
    assert read.text.count("<script>alert('x')</script>") == 8
    assert "<b>after" in read.text
    assert not any(name.startswith("on") for _, attrs in read.elements for name in attrs)
    assert "\u202e" not in text
    assert "\\u202eover\\u2066" in read.text
    assert "\\u001b[31m" in read.text


def test_nothing_refers_to_anything_outside(tmp_path: Path) -> None:
    text = page(hostile(tmp_path))
    read = Read(text)
    for tag, attributes in read.elements:
        for name in ("src", "href", "action", "srcset", "data", "poster", "xlink:href"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
        assert not re.search("https?:", " ".join(attributes.values())), (tag, attributes)
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [m["content"] for m in read.of("meta") if "http-equiv" in m]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_every_flipped_question_is_shown_with_both_answers(tmp_path: Path) -> None:
    report = pair(tmp_path, wrong=14, count=15)
    read = Read(page(report))
    assert len(report.flips) == 14
    assert len([a for a in read.of("article") if a["class"] == "flip"]) == 14
    for flip in report.flips:
        assert f"{flip.asked.id} {flip.asked.text}" in read.text
    marks = [attributes["class"] for attributes in read.of("mark")]
    # Three stand in the key above the questions.
    assert marks.count("quote gold") == 14 + 1
    assert marks.count("gold") == 14 + 1


def test_every_question_and_every_metric_with_its_definition_is_listed(tmp_path: Path) -> None:
    report = pair(tmp_path)
    read = Read(page(report))
    states = [set(row["data-state"].split()) for row in read.of("tr") if "data-state" in row]
    assert [{"wrong", "worse"} <= state for state in states] == [True, True, False, False]
    assert states[2:] == [{"right"}] * 2
    for name in report.metrics:
        assert name in read.text
        assert report.definitions[name].replace("`", "") in read.text


def test_headings_step_by_one_and_tables_and_drawings_are_named(tmp_path: Path) -> None:
    text = page(pair(tmp_path))
    read = Read(text)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(read.of("caption")) == len(read.of("table"))
    assert all("scope" in cell for cell in read.of("th"))
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for svg in read.of("svg"):
        assert svg["role"] == "img"
        assert all(name in ids for name in svg["aria-labelledby"].split())
    figures = [f["id"] for f in read.of("figure")]
    assert figures[:5] == [f"picture-{n}" for n in ("forest", "heat", "recall", "risk", "advising")]


def test_without_a_baseline_there_is_no_comparison(tmp_path: Path) -> None:
    of = material(2)
    read = Read(page(told(of, source(tmp_path / "only", of))))
    assert [f["id"] for f in read.of("figure")] == [
        "picture-heat",
        "picture-recall",
        "picture-risk",
    ]
    assert "Flipped" not in read.text
    assert "idk_score is 1.000 over 2 questions" in read.text


def test_runs_that_do_not_compare_say_so_first(tmp_path: Path) -> None:
    of = material(2)
    read = Read(page(told(of, source(tmp_path / "b", of, gold="x"), source(tmp_path / "a", of))))
    assert "MISMATCH" in read.text
    assert read.text.index("cannot be compared") < read.text.index("Pictures")


def test_timings_are_drawn_by_stage(tmp_path: Path) -> None:
    of = material(2)
    folder = tmp_path / "timed"
    folder.mkdir()
    rows = [f'{{"id": "q-{n}", "retrieve": {n + 1}.5, "total": {n + 2}.0}}\n' for n in range(6)]
    (folder / "timings.jsonl").write_text("".join(rows))
    read = Read(page(told(of, source(folder, of))))
    assert "picture-latency" in [f["id"] for f in read.of("figure")]
    assert "First answers, apart: timed 2.0 ms, 3.0 ms." in read.text
    assert "retrieve, timed: p50 4.5 ms, p95 6.5 ms, longest 6.5 ms" in read.text


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert page(pair(tmp_path)) == page(pair(tmp_path))


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    weights = (0.2126, 0.7152, 0.0722)
    low, high = sorted(
        sum(w * _channel(int(c[n : n + 2], 16)) for w, n in zip(weights, (1, 3, 5), strict=True))
        for c in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_enough_contrast(scheme: int) -> None:
    css = (Path(html.__file__).parent / "report.css").read_text()
    values = re.findall(r"--(\w+): (#[0-9a-f]{6})", css)
    colours = dict(values[: len(values) // 2] if scheme == 0 else values[len(values) // 2 :])
    assert len(colours) == 11
    for ground in ("paper", "sheet"):
        for ink in ("ink", "soft", "worse", "better", "accent", "gold"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert _contrast(colours["ink"], colours["quote"]) >= 4.5
