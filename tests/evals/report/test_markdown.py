"""The comment on a pull request."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evals.report.markdown import MOST_FLIPS, block, code, comment

from .making import HOSTILE, material, pair, source, told

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_the_verdict_comes_first_then_the_primary_metrics(tmp_path: Path) -> None:
    lines = comment(pair(tmp_path)).splitlines()
    assert lines[0].startswith("### ")
    assert "INCONCLUSIVE (exit code 0)" in lines[0]
    rows = [line for line in lines if line.startswith("| `idk_score` |")]
    assert rows[0].startswith("| `idk_score` | 1.000 | 0.500 | −0.500 |")
    assert "| `abstain_below` | `0.5` | `0.25` |" in lines


def test_at_most_ten_flips_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    text = comment(pair(tmp_path, wrong=14, count=15))
    assert "**14 questions flipped**, 10 shown" in text
    assert len(re.findall(r"^- `q-\d+`", text, re.MULTILINE)) == MOST_FLIPS
    assert len(re.findall(r"^`q-\d+`$", text, re.MULTILINE)) == MOST_FLIPS


def test_a_long_digest_is_cut(tmp_path: Path) -> None:
    of = material(2)
    after = source(tmp_path / "b", of, code="c0ffee" * 10 + "abcd")
    text = comment(told(of, after, source(tmp_path / "a", of, code="beef" * 16)))
    assert "| `code` | `beefbeefbeef` | `c0ffeec0ffee` |" in text


def test_without_a_baseline_there_are_only_means(tmp_path: Path) -> None:
    of = material(2)
    text = comment(told(of, source(tmp_path / "only", of)))
    assert "NOT COMPARED" in text
    assert "flipped" not in text
    assert "| `idk_score` | 1.000 |" in text


def test_hostile_text_becomes_no_markup(tmp_path: Path) -> None:
    text = comment(pair(tmp_path, q_0={"question": HOSTILE}, q_1={"question": "a\n\n</details>b"}))
    html = MARKDOWN.render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html
    assert html.count("<details>") == html.count("</details>") == 3
    assert "\u202e" not in text


@given(st.text())
def test_a_code_span_and_a_block_hold_any_text(text: str) -> None:
    cell = MARKDOWN.parse(f"| a |\n| --- |\n| {code(text)} |\n\nend")
    inline = [token for token in cell if token.type == "inline"]
    assert len(inline) == 3
    children = [child.type for child in inline[1].children or []]
    assert children == ["code_inline"]
    kinds = [token.type for token in MARKDOWN.parse(block(text))]
    assert kinds == ["fence"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert comment(pair(tmp_path)) == comment(pair(tmp_path))
