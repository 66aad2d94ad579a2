"""A gold set and runs of it, where a server looks for them: in a folder of its own."""

import json
from pathlib import Path
from typing import Any

from .conftest import Dateline

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"
BRIEFING = "2024-04-15-press-briefing-by-john-kirby"


def row(id_: str, asked: str, quote: str | None, pattern: str = "", **more: Any) -> dict[str, Any]:
    """A gold question; without a quote it cannot be answered."""
    article = CONSULATE if quote and "officers" in quote else BRIEFING
    made: dict[str, Any] = {
        "id": id_, "split": "dev", "type": "factoid", "family": f"f-{id_}", "question": asked,
        "answerable": quote is not None,
    }  # fmt: skip
    if quote is None:
        return made | {"type": "unanswerable"} | more
    match = {"any_of": [{"all_of": [pattern]}]}
    return (
        made
        | {
            "answers": [{"text": f"It was {pattern}."}],
            "nuggets": [{"id": "n1", "text": f"It was {pattern}.", "match": match}],
            "evidence": [{"group": "g", "any_of": [{"article": article, "quote": quote}]}],
        }
        | more
    )


def rows() -> list[dict[str, Any]]:
    """Three questions to work with, one to report on."""
    return [
        row("q-1", "how many officers were killed <b>", "Seven officers of the", "seven officers",
            must_pass=True),
        row("q-2", "how many drones did Iran launch", "three hundred drones", "300 drones"),
        row("q-3", "who sings the anthem", None),
        row("q-4", "will Israel strike back", "we do not seek", "not seek", split="test"),
    ]  # fmt: skip


def write_gold(folder: Path) -> Path:
    """Write the gold set to where `dateline eval` looks for it below a folder."""
    path = folder / "data/gold/set.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in rows()))
    return path


def run(dateline: Dateline, *arguments: str) -> None:
    """Make a run where `dateline eval` puts it."""
    told = dateline("eval", "run", *arguments)
    assert told.code == 0, told.err


def bless(dateline: Dateline) -> None:
    """Make the last run the baseline."""
    assert dateline("eval", "bless").code == 0
