"""The tab of the evals: is the answer right, did a change make it worse, what did readers say."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.context import Context

from ui.site import Site
from ui.store.records import VERDICTS
from ui.web.evals_work import ANY, EvalsWork

SHUT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
LAST: dict[str, Any] = SHUT | {"trigger_mode": "always_last"}
"""For what may be chosen again while the first choice is still being read: the last one counts."""

AWAY = """
element.addEventListener('click', (event) => {
  if (event.target.closest('a[target="_blank"]')) event.stopPropagation();
});
"""
"""Links of ours open in a window: the pane beside the answer is in another tab."""

OPENS = (
    AWAY
    + """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[value]');
  if (button) trigger('click', {id: button.value});
});
"""
)
"""A list of ours tells which of its buttons was pressed."""

FOCUS = "() => setTimeout(() => document.getElementById('{}')?.focus(), 60)"

STATES = [ANY, ("right", "right"), ("wrong", "wrong"), ("undefined", "na"), ("failed", "error")]
FLIPS = [ANY, ("flipped", "any"), ("became worse", "worse"), ("became better", "better")]
SAID = [ANY, *((verdict.replace("_", " "), verdict) for verdict in VERDICTS)]
WHY_NOT = "Whoever works by their answers has no figures left that mean anything."


def evals_tab(site: Site) -> None:
    """Put the tab into the page that is being built; nothing is read before it is opened."""
    around = Context.block
    work = EvalsWork(site)
    with gr.Column(elem_classes="evals-tab"):
        with gr.Row():
            run = _list("Run", scale=1, least=280, visible=False)
            baseline = _list("Compared with", scale=1, least=280, visible=False)
        with gr.Tabs():
            with gr.Tab("Verdict"):
                verdict = gr.HTML(apply_default_css=False)
            with gr.Tab("Questions"):
                metric, questions = _questions(work, run, baseline)
            with gr.Tab("Feedback") as readers:
                _readers(work, readers)
    told: dict[str, Any] = {"outputs": [run, baseline, verdict, *questions], **LAST}
    run.input(work.chosen, [run, metric], **told)
    baseline.input(work.opened, [run, baseline, metric], **told)
    if isinstance(around, gr.Tab):
        around.select(work.opened, [run, baseline, metric], **told)


def _list(
    label: str,
    choices: Sequence[tuple[str, str]] = (),
    *,
    scale: int = 0,
    least: int = 150,
    visible: bool = True,
) -> gr.Dropdown:
    return gr.Dropdown(
        choices=list(choices),
        value=choices[0][1] if choices else None,
        label=label,
        filterable=False,
        scale=scale,
        min_width=least,
        visible=visible,
    )


def _questions(
    work: EvalsWork, run: Component, baseline: Component
) -> tuple[Component, list[Component]]:
    """Make the table of questions; return the list of metrics, and all that another run fills."""
    with gr.Row(elem_classes="evals-filters"):
        filters: list[Component] = [
            _list("Metric", scale=2, visible=False),
            _list("Type", [ANY], scale=1, visible=False),
            _list("Split", [ANY], scale=1, visible=False),
            _list("Result", STATES, scale=1, visible=False),
            _list("Compared", FLIPS, scale=1, visible=False),
            gr.Textbox(label="Words", visible=False, scale=2, min_width=150),
        ]
    test = gr.Checkbox(label="Show questions of the test split", info=WHY_NOT, visible=False)
    filters.append(test)
    with gr.Row(elem_classes="evals-sides"):
        with gr.Column(scale=1, min_width=320):
            table = gr.HTML(apply_default_css=False, js_on_load=OPENS)
            turn = _turning()
        with gr.Column(scale=1, min_width=320):
            question = gr.HTML(apply_default_css=False, js_on_load=AWAY)
    first = gr.State(0)
    page: list[Any] = [table, *turn]
    asked = [run, baseline, *filters]
    _turned(work.listed, turn, asked, page)
    for one in filters:
        # A box of words says nothing at `input` of what is pasted or dictated.
        narrowed = one.change if isinstance(one, gr.Textbox) else one.input  # type: ignore[attr-defined]
        narrowed(work.listed, [first, *asked], page, **LAST)
    table.click(work.question, [run, baseline, test], question, **LAST).then(
        fn=None, js=FOCUS.format("evals-question")
    )

    return filters[0], [*filters, question, *page]


def _readers(work: EvalsWork, tab: gr.Tab) -> None:
    with gr.Row(elem_classes="evals-filters"):
        verdict = _list("Said", SAID)
    with gr.Row(elem_classes="evals-sides"):
        with gr.Column(scale=1, min_width=320):
            words = gr.HTML(apply_default_css=False, js_on_load=OPENS)
            turn = _turning()
        with gr.Column(scale=1, min_width=320, elem_id="evals-draft"):
            outcome = gr.HTML(apply_default_css=False)
            line = gr.Textbox(
                label="The draft, a line of JSON", lines=6, max_lines=12, interactive=False,
                buttons=["copy"], visible=False,
            )  # fmt: skip
    first = gr.State(0)
    page: list[Any] = [words, *turn]
    _turned(work.said, turn, [verdict], page)
    for begun in (tab.select, verdict.input):
        begun(work.said, [first, verdict], page, **LAST)
    words.click(work.drafted, None, [outcome, line], **SHUT).then(
        work.said, [turn[0], verdict], page, **SHUT
    ).then(fn=None, js=FOCUS.format("evals-drafted"))


def _turning() -> tuple[gr.State, gr.Button, gr.Button]:
    """Make the number of a page and the buttons that turn it."""
    number = gr.State(0)
    with gr.Row():
        before = gr.Button("Previous", size="sm", visible=False)
        after = gr.Button("Next", size="sm", visible=False)
    return number, before, after


def _turned(
    work: Any,  # noqa: ANN401 (a handler that takes the request and a number)
    turn: tuple[gr.State, gr.Button, gr.Button],
    asked: list[Component],
    page: list[Any],
) -> None:
    number, *buttons = turn
    for button, step in zip(buttons, (-1, 1), strict=True):

        def turned(request: gr.Request, at: int, *values: Any, step: int = step) -> Any:  # noqa: ANN401
            return work(request, at + step, *values)

        button.click(turned, [number, *asked], page, **SHUT)
