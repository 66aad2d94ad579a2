"""Nuggets of castorini/nuggetizer as JSON Lines; in only.

A line is what its `create` writes: `qid`, `query`, and `nuggets`, each with `text` and
`importance` (`vital`, `okay`, or `failed` where its scorer failed). What `assign` writes is read
too: its nuggets have an `assignment` besides, and the same question comes once for each answer.

A nugget there is a sentence that a language model judges; here it is patterns. The draft matches
where all content words of the sentence stand close together, which is strict: loosen it by hand.
`failed` becomes `okay`, and a missing importance `vital`, as nuggetizer reads it. Lost are
assignments, reasoning and traces. Answers and evidence are not in the file.

Source: nuggetizer 0.0.6, `nuggetizer/cli/adapters.py`; Pradeep et al. 2025 (arXiv 2504.15068).
"""

from dataclasses import dataclass, field
from pathlib import Path

from evals.formats.drafts import Imported, Row, drafts
from evals.formats.source import Fields, json_lines
from evals.gold.articles import Record
from evals.gold.question import Alternative, Match, Nugget
from rag.analysis import STOP_WORDS, words

_IMPORTANCE = {None: "vital", "vital": "vital", "okay": "okay", "failed": "okay"}


@dataclass(slots=True)
class _Topic:
    place: str
    question: str
    nuggets: dict[str, Nugget] = field(default_factory=dict)


def read(source: Path, record: Record, split: str) -> Imported:
    """Return drafts with the nuggets of each question, each nugget once.

    Raises UsageError naming the line that holds no nuggets, or asks something else under an id
    that was there before.
    """
    topics: dict[str, _Topic] = {}
    unscored: set[tuple[str, str]] = set()
    for line in json_lines(source):
        id_, asked = line.required("qid"), line.text("query") or line.required("text")
        topic = topics.setdefault(id_, _Topic(line.place, asked))
        if topic.question != asked:
            raise line.wrong(f"{id_!r} asks {asked!r}, but {topic.question!r} at {topic.place}.")
        if "nuggets" not in line.values:
            raise line.wrong("the field 'nuggets' is missing; give it a list.")
        for nugget in line.objects("nuggets"):
            text = nugget.required("text")
            if nugget.text("importance") == "failed":
                unscored.add((id_, text))
            topic.nuggets.setdefault(text, _nugget(nugget, text, len(topic.nuggets) + 1))
    found = (
        Row(topic.place, topic.question, id=id_, nuggets=tuple(topic.nuggets.values()))
        for id_, topic in topics.items()
    )
    others = ["nugget of importance 'failed': taken for okay"] * len(unscored)
    return drafts("nuggetizer", found, record, split, others)


def _nugget(nugget: Fields, text: str, number: int) -> Nugget:
    importance = nugget.text("importance")
    if importance not in _IMPORTANCE:
        raise nugget.wrong(f"the importance {importance!r} is none of vital, okay and failed.")
    patterns = [word for word in words(text) if word not in STOP_WORDS] or words(text)
    if not patterns:
        raise nugget.wrong(f"the nugget {text!r} has no words.")
    unique = tuple(dict.fromkeys(patterns))
    return Nugget(
        id=f"n{number}",
        text=text,
        importance="vital" if _IMPORTANCE[importance] == "vital" else "okay",
        match=Match(any_of=(Alternative(all_of=unique),)),
    )
