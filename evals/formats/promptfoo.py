"""Promptfoo test cases: a list in YAML (`.yaml`, `.yml`), JSON or JSON Lines (`.jsonl`).

A test has `description`, `vars` (what fills the prompt), `assert` (a list of `type`, `value`,
`threshold`, `metric`, `weight`) and `metadata`; `options`, `provider` and `threshold` exist too.
A configuration with a list `tests` is read as well.

Out: `vars` are `question`, `reference` (the first answer) and, of a follow-up, `history`. Vital
nuggets become `icontains-all`, or an `assert-set` where there are several ways; what is forbidden
`not-icontains`. Substrings know no word boundaries, no numbers by value and no polarity, and a
pattern with a number, a date or an inner star is left out and counted; so are `okay` nuggets. A
question that is not answerable has an `llm-rubric`, which needs a grading model. Texts are plain
to promptfoo: a template in one would be filled, so braces are written as a raw block.
In: the question is the variable `question`, `query`, `input`, `prompt` or `user_input`, or the
only one; `context` is reference text. `equals`, `contains`, `similar`, `factuality` and their
kind give answers, containment nuggets besides, their negations what is forbidden. Assertions of
other types, weights, thresholds and options are lost, and counted where they decide something.
Our metadata gives type, family, answers and evidence back.

Source: promptfoo 0.12x, `src/util/testCaseReader.ts` and its pages on test cases and assertions.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from evals.formats.drafts import Imported, Reference, Row, drafts
from evals.formats.exported import Exported, in_json_lines
from evals.formats.facts import facts_of, with_facts
from evals.formats.promptfoo_assertions import assertions_of, taken_from
from evals.formats.source import Fields, json_lines, read_text
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.runs.store import Run
from rag.errors import UsageError

SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
ASKED = ("question", "query", "input", "prompt", "user_input")

_TEMPLATE = re.compile(r"\{[{%#]")
_RAW = re.compile(r"\A\{% raw %\}(.*)\{% endraw %\}\Z", re.DOTALL)


def export(target: Path, material: Material, run: Run | None) -> Exported:  # noqa: ARG001
    """Return the tests in the format of the target's suffix; `run` is not used.

    Raises UsageError for another suffix.
    """
    suffix, left, tests = _suffix(target), 0, []
    for question in material.questions:
        asserted, lost = assertions_of(question)
        left += lost
        tests.append(_test(question, asserted))
    graded = sum(one["type"] == "llm-rubric" for test in tests for one in _assertions(test))
    counted = {
        "nuggets or forbidden statements that substrings cannot express: left out": left,
        "questions that are not answerable: their rubric needs a grading model": graded,
        "tests that assert nothing": sum(not _assertions(test) for test in tests),
    }
    notes = tuple(f"{count} {what}" for what, count in counted.items() if count)
    return Exported({"": _written(tests, suffix)}, notes)


def _assertions(test: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = test["assert"]
    return found if isinstance(found, list) else []


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{str(path)!r} has none of the endings of promptfoo tests: {', '.join(SUFFIXES)}."
        )
    return suffix


def _test(question: GoldQuestion, asserted: Sequence[Mapping[str, object]]) -> dict[str, object]:
    variables = {"question": question.question}
    if question.history:
        variables["history"] = "\n".join(turn.question for turn in question.history)
    if question.answers:
        variables["reference"] = question.answers[0].text
    facts = {"id": question.id, **facts_of(question)}
    vital = {n.id: n.text for n in question.nuggets if n.importance == "vital"}
    if vital:
        facts["nuggets"] = vital
    filled: dict[str, object] = {"vars": variables, "assert": list(asserted)}
    return {"description": question.id, **_guarded_in(filled), "metadata": facts}


def _guarded_in(value: dict[str, object]) -> dict[str, object]:
    return {name: _guarded(inner) for name, inner in value.items()}


def _guarded(value: object) -> object:
    """Return the value with every text that promptfoo would take for a template made plain."""
    if isinstance(value, str) and _TEMPLATE.search(value):
        return f"{{% raw %}}{value}{{% endraw %}}"
    if isinstance(value, dict):
        return _guarded_in(value)
    return [_guarded(one) for one in value] if isinstance(value, list) else value


def _plain(value: object) -> object:
    if isinstance(value, str):
        raw = _RAW.match(value)
        return raw[1] if raw else value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _written(tests: Sequence[Mapping[str, object]], suffix: str) -> str:
    if suffix == ".jsonl":
        return in_json_lines(tests)
    if suffix == ".json":
        return json.dumps(list(tests), ensure_ascii=False, indent=1) + "\n"
    return yaml.safe_dump(list(tests), allow_unicode=True, sort_keys=False, width=100)


def read(source: Path, record: Record, split: str) -> Imported:
    """Return drafts of the tests; raises UsageError naming file and line of a bad one."""
    left: list[str] = []
    rows = [row for test in _tests(source) for row in _rows(test, left)]
    return drafts("promptfoo", rows, record, split, left)


def _tests(source: Path) -> Iterator[Fields]:
    found = json_lines(source) if _suffix(source) == ".jsonl" else _document(source)
    for test in found:
        values = _plain(dict(test.values))
        yield Fields(test.place, values if isinstance(values, dict) else {})


def _document(source: Path) -> Iterator[Fields]:
    text = read_text(source)
    if _suffix(source) == ".json":
        return _listed(_json_items(text, source), source)
    return _listed(_yaml_items(text, source), source)


def _listed(items: Iterator[tuple[int, object]], source: Path) -> Iterator[Fields]:
    for line, value in items:
        place = f"{source}:{line}"
        if not isinstance(value, dict):
            raise UsageError(
                f"{place}: the test is {value!r}; write it out, or name the file that holds it."
            )
        yield Fields(place, value)


def _json_items(text: str, source: Path) -> Iterator[tuple[int, object]]:
    """Yield line and value of each test; all of a configuration are on line 1."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise UsageError(f"{source}:{line}: this is not JSON ({error}).") from error
    if not isinstance(value, list):
        yield from ((1, test) for test in _of_configuration(value, source))
        return
    decoder, position = json.JSONDecoder(), text.index("[") + 1
    for _ in value:
        position = re.compile(r"[\s,]*").match(text, position).end()  # type: ignore[union-attr]
        test, end = decoder.raw_decode(text, position)
        yield text.count("\n", 0, position) + 1, test
        position = end


def _yaml_items(text: str, source: Path) -> Iterator[tuple[int, object]]:
    """Yield line and value of each test; scalars stay texts, as they are written."""
    try:
        loader = yaml.BaseLoader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{source}:{line}: this is not YAML ({error.problem}).") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UsageError(f"{source}:1: this is not YAML ({error}).") from error
    if isinstance(node, yaml.MappingNode):
        tests = _of_configuration(value, source)
        keys = {key.value: inner for key, inner in node.value}
        node = keys["tests"]
    else:
        tests = value if isinstance(value, list) else []
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError(f"{source}:1: this is no list of tests.")
    yield from zip((one.start_mark.line + 1 for one in node.value), tests, strict=True)


def _of_configuration(value: object, source: Path) -> list[object]:
    tests = value.get("tests") if isinstance(value, dict) else None
    if not isinstance(tests, list):
        raise UsageError(
            f"{source}:1: this is no list of tests, nor a configuration with a list 'tests'; if "
            "the tests are in another file, name that one."
        )
    return tests


def _rows(test: Fields, left: list[str]) -> Iterator[Row]:
    variables, facts = test.inner("vars"), test.inner("metadata")
    asked = variables.texts(_asked(variables))
    if not asked:
        raise test.wrong("the question is empty; give it a text.")
    contexts = tuple((Reference(text),) for text in variables.texts("context"))
    history = tuple((variables.text("history") or "").splitlines())
    for number, question in enumerate(asked, start=1):
        id_ = facts.text("id")
        row = Row(
            test.place,
            question,
            id=f"{id_}-{number}" if id_ and len(asked) > 1 else id_,
            history=history,
            groups=contexts,
        )
        row = with_facts(row, facts)
        yield _asserted(row, test, facts, left)


def _asserted(row: Row, test: Fields, facts: Fields, left: list[str]) -> Row:
    texts = facts.values.get("nuggets")
    taken = taken_from(
        test.objects("assert"),
        texts if isinstance(texts, dict) else {},
        answered=bool(row.answers),
    )
    left += [f"assertion of type {type_!r}: left out" for type_ in taken.left]
    return replace(
        row,
        answers=row.answers or tuple(dict.fromkeys(taken.answers)),
        nuggets=tuple(taken.nuggets),
        forbidden=tuple(taken.forbidden),
    )


def _asked(variables: Fields) -> str:
    """Return the name of the variable that is the question."""
    for name in ASKED:
        if name in variables.values:
            return name
    if len(variables.values) == 1:
        return next(iter(variables.values))
    raise variables.wrong(
        f"no variable is the question; name it {', '.join(ASKED[:-1])} or {ASKED[-1]}."
    )
