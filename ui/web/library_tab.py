"""The Library tab: articles in, found, read, out and back."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.context import Context

from ui.site import Site
from ui.web.librarian import CLOSED, Librarian, Looking

QUIET: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": None,
}
"""Every listener of the tab: no part of an interface; one reader waits for no other."""

AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}
"""Listeners that answer at once, without a place in the queue."""

ACTS = """\
element.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  const at = event.target.closest('a[href^="/articles/"], button[data-act]');
  if (!at) return;
  const link = at.tagName === 'A';
  if (link && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
      || at.target === '_blank' || at.classList.contains('permalink'))) return;
  event.preventDefault();
  event.stopPropagation();
  if (link && !at.closest('.library-pane')) document.getElementById('library').opener = at;
  trigger('act', link ? {act: 'open', on: at.getAttribute('href')}
                      : {act: at.dataset.act, on: at.dataset.on});
});
"""
"""Links to articles and the buttons within the tab's own HTML, told to the server."""

ON_STATUS = ACTS + "watch('value', () => element.querySelector('button')?.focus());\n"
"""The way back has the focus as soon as it is there."""

ON_PANE = (
    ACTS
    + """\
watch('value', () => {
  const pane = element.querySelector('.library-pane');
  if (!pane || !pane.firstElementChild) return;
  const opener = document.getElementById('library').opener;
  if (!pane.querySelector('.acts') && opener?.isConnected) {
    opener.focus({preventScroll: true});
    opener.scrollIntoView({block: 'center'});
    return;
  }
  const framed = pane.querySelector('.framed');
  pane.scrollTop = 0;
  if (framed && framed.id !== 'p-1') {
    const down = framed.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop = down - pane.clientHeight / 4;
  }
  const box = pane.getBoundingClientRect();
  if (box.top < 0 || box.top > window.innerHeight / 2) pane.scrollIntoView();
  pane.focus({preventScroll: true});
});
"""
)
"""An article is brought into sight, at the paragraph that was asked for; when it is closed, the
link that opened it."""


@dataclass(frozen=True, slots=True)
class _Controls:
    looking: gr.State
    counts: gr.HTML
    files: gr.File
    typed: gr.Textbox
    add: gr.Button
    stop: gr.Button
    progress: gr.HTML
    report: gr.HTML
    words: gr.Textbox
    status: gr.HTML
    listing: gr.HTML
    pane: gr.HTML


def library_tab(site: Site) -> None:
    """Build the tab within the page's context."""
    looking = gr.State(Looking())
    counts = gr.HTML("", elem_id="library-counts", apply_default_css=False)
    may_add = site.settings.readers_may_add
    with gr.Row(elem_id="library", elem_classes=[] if may_add else ["is-closed"]):
        with gr.Column(elem_id="library-shelf", scale=11, min_width=320):
            begun = site.engine.library.stats().articles > 0
            adding = _adding(begun=begun, visible=may_add)
            words = gr.Textbox(
                label="Search",
                info="Words in titles, outlets, dates, and in the text of the articles",
                placeholder="Isfahan, Kirby, April 2024 …",
                max_lines=1,
                elem_id="library-search",
            )
            status = _html("library-status", ON_STATUS)
            listing = _html("library-list", ACTS)
        with gr.Column(elem_id="library-beside", scale=9, min_width=320):
            pane = _html("library-reading", ON_PANE, CLOSED)
    controls = _Controls(
        looking=looking, counts=counts, words=words, status=status, listing=listing, pane=pane,
        **adding,
    )  # fmt: skip
    _wire(Librarian(site), controls)


def _html(elem_id: str, script: str, value: str = "") -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False)


def _adding(*, begun: bool, visible: bool) -> dict[str, Any]:
    with gr.Accordion("Add articles", open=not begun, visible=visible, elem_id="library-add"):
        # Which kinds are read is told in the report: here one wrong file would refuse them all.
        files = gr.File(
            label="Files: text, Markdown, HTML, PDF, Word, JSON Lines",
            file_count="multiple",
            height=170,
            elem_id="library-files",
        )
        typed = gr.Textbox(
            label="Web addresses, one a line",
            placeholder="https://…",
            lines=2,
            max_lines=8,
            elem_id="library-addresses",
        )
        add = gr.Button("Add", variant="primary", elem_id="library-add-now")
    # Outside: after a reload the box is shut, and what is under way is seen all the same.
    progress = gr.HTML("", elem_id="library-progress", apply_default_css=False)
    stop = gr.Button("Stop", visible=False, elem_id="library-stop")
    report = _html("library-report", ACTS)
    return {
        "files": files, "typed": typed, "add": add, "stop": stop, "progress": progress,
        "report": report,
    }  # fmt: skip


def _wire(does: Librarian, c: _Controls) -> None:
    listed = [c.counts, c.listing, c.looking]
    adding = [c.progress, c.report, c.files, c.typed, c.stop, *listed]
    gr.on([c.add.click], does.add, [c.files, c.typed, c.looking], adding, **QUIET)
    c.stop.click(does.stop, None, None, **AT_ONCE)
    # Not at `input`, which says nothing of what is pasted or dictated.
    c.words.change(
        does.searched, [c.words, c.looking], listed, trigger_mode="always_last", **AT_ONCE
    )
    shown = [c.counts, c.listing, c.status, c.pane, c.looking]
    for told in (c.listing, c.status, c.pane, c.report):
        told.act(does.act, c.looking, shown, trigger_mode="multiple", **AT_ONCE)
    opened = _opening()(does.shown, c.looking, listed, **AT_ONCE)
    opened.then(does.follow, c.looking, adding, **QUIET)


def _opening() -> Any:  # noqa: ANN401 (Gradio makes its events at run time)
    """The event at which the list is drawn: the tab is opened, or the page if it is no tab."""
    block = Context.block
    while block is not None:
        if isinstance(block, gr.Tab):
            return block.select
        block = block.parent
    assert Context.root_block is not None  # noqa: S101 (components are made within a page)
    return Context.root_block.load
