"""Inspect AI samples as JSON Lines, for its `json_dataset`; out only.

A line is a `Sample`: `id`, `input` (a text, or messages with `role` and `content`), `target` (a
text, or a list of texts of which any is right) and `metadata`; `choices`, `sandbox`, `files` and
`setup` exist too and are not written.

Lost are nuggets and what is forbidden: Inspect scores against targets. Type, family, as-of day,
answers with their aliases and the evidence are in the metadata. Of a follow-up only the user's
earlier turns are there; a conversation has no stored answers. A question that is not answerable
has the target `The articles do not say.`, since an empty one would match every answer.

Source: inspect_ai 0.3, `inspect_ai/dataset/_dataset.py` and `_util.py`.
"""

from pathlib import Path

from evals.formats.exported import Exported, in_json_lines
from evals.formats.facts import DECLINED, facts_of
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.runs.store import Run


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return a sample a question; `run` is not used."""
    return Exported({"": in_json_lines(_sample(question) for question in material.questions)})


def _sample(question: GoldQuestion) -> dict[str, object]:
    right = [text for answer in question.answers for text in (answer.text, *answer.aliases)]
    asked: object = question.question
    if question.history:
        turns = [*(turn.question for turn in question.history), question.question]
        asked = [{"role": "user", "content": turn} for turn in turns]
    return {
        "id": question.id,
        "input": asked,
        "target": right or DECLINED,
        "metadata": facts_of(question),
    }
