"""Ragas `EvaluationDataset` as JSON Lines, the file of its `to_jsonl` and `from_jsonl`.

A line is a `SingleTurnSample`: `user_input`, `reference` (one answer), `reference_contexts` with
`reference_context_ids`, and of a run `response`, `retrieved_contexts`, `retrieved_context_ids`
(best first). All are optional; `multi_responses`, `rubrics`, `persona_name`, `query_style` and
`query_length` exist too. A `MultiTurnSample` has a list of messages (`type`, `content`) as its
`user_input`. A file holds samples of one kind.

Out: contexts are whole paragraphs, under their ids. Lost are id, type, family, as-of day, aliases
and further answers, nuggets, what is forbidden, and which contexts are alternatives. Follow-ups
are left out, for a single turn has no history. A question that is not answerable has the
reference `The articles do not say.`; nothing is lost of that.
In: `user_input` (of several turns the last of the user's; the earlier ones become the history),
`reference`, `reference_contexts` (all of them are needed). Whatever else is there is not read.

Source: ragas 0.4, `ragas/dataset_schema.py`.
"""

from collections.abc import Iterator
from pathlib import Path

from evals.case import shown
from evals.formats.drafts import Imported, Reference, Row, drafts
from evals.formats.exported import Exported, in_json_lines
from evals.formats.facts import DECLINED
from evals.formats.paragraphs import Named, gold_paragraphs, paragraphs_at
from evals.formats.source import Fields, json_lines
from evals.gold.articles import Record
from evals.gold.question import Answer, GoldQuestion
from evals.material import Material
from evals.runs.store import Answered, Run
from rag.reply import Reply


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return the samples; with a run, what it retrieved and answered besides."""
    chosen = [question for question in material.questions if not question.history]
    answers = run.answers if run else {}
    samples = [_sample(q, answers.get(q.id), material.record) for q in chosen]
    notes = []
    if left := len(material.questions) - len(chosen):
        notes.append(f"{left} follow-ups left out: a single turn has no history")
    if run and (silent := sum("response" not in sample for sample in samples)):
        notes.append(f"{silent} questions have no answer in the run")
    return Exported({"": in_json_lines(samples)}, tuple(notes))


def _sample(question: GoldQuestion, answered: Answered | None, record: Record) -> dict[str, object]:
    sample: dict[str, object] = {"user_input": question.question}
    if answered is not None and answered.reply is not None:
        sample |= _contexts(
            "retrieved", paragraphs_at(record, (found.place for found in answered.retrieved))
        )
        sample["response"] = _response(answered.reply)
    wanted = [named for group in gold_paragraphs(question, record) for named in group]
    sample |= _contexts("reference", list({named.id: named for named in wanted}.values()))
    if question.answers:
        sample["reference"] = question.answers[0].text
    elif not question.answerable:
        sample["reference"] = DECLINED
    return sample


def _contexts(kind: str, paragraphs: list[Named]) -> dict[str, object]:
    return {
        f"{kind}_contexts": [named.text for named in paragraphs],
        f"{kind}_context_ids": [named.id for named in paragraphs],
    }


def _response(reply: Reply) -> str:
    """Return the answer without its markers."""
    return " ".join(sentence.text for sentence in shown(reply)) or reply.answer


def read(source: Path, record: Record, split: str) -> Imported:
    """Return drafts of the samples; raises UsageError naming the line that is no sample."""
    return drafts("ragas", _rows(source), record, split)


def _rows(source: Path) -> Iterator[Row]:
    for sample in json_lines(source):
        turns = _turns(sample)
        reference = sample.text("reference")
        known = reference is not None and reference != DECLINED
        yield Row(
            sample.place,
            turns[-1],
            history=tuple(turns[:-1]),
            answers=(Answer(text=reference),) if known and reference else (),
            groups=tuple((Reference(text),) for text in sample.texts("reference_contexts")),
            answerable=reference != DECLINED,
        )


def _turns(sample: Fields) -> list[str]:
    """Return what the user said, turn by turn; one at least."""
    if not isinstance(sample.values.get("user_input"), list):
        return [sample.required("user_input")]
    messages = sample.objects("user_input")
    turns = [m.required("content") for m in messages if m.text("type") in (None, "human")]
    if not turns:
        raise sample.wrong("'user_input' holds no message of type 'human'.")
    return turns
