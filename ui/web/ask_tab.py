"""The Ask tab: conversations, the chat, the filters, and the source beside the answer."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui.site import Site
from ui.web.conversing import Conversing
from ui.web.filters import CLOSED
from ui.web.messages import SAYINGS

SHUT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Every listener of the page: no part of an interface, nothing that moves while it works."""

AT_ONCE: dict[str, Any] = {**SHUT, "queue": False}
"""Listeners that answer at once, without a place in the queue."""

HERE = """(...given) => [
  new URLSearchParams(location.search).get("c") || "", ...given.slice(1)]"""
"""The conversation is the one in the address."""

WHEN_OPEN = """async (...given) => {
  const due = Date.now() + 10000;
  while (!window.dateline?.whenOpen && Date.now() < due)
    await new Promise((again) => setTimeout(again, 20));
  await window.dateline?.whenOpen;
  return [new URLSearchParams(location.search).get("c") || "", ...given.slice(1)];
}"""
"""The same, once that conversation is there: somebody may type faster than a page opens.

It may even be typed before page.js has run.
"""

IS_OPEN: dict[str, Any] = {
    "fn": None,
    "js": "() => { (window.dateline ??= {}).wasOpen = true; window.dateline.isOpen?.(); }",
    **AT_ONCE,
}

BRIDGE = "(window.dateline ??= {}).open = (id) => trigger('reopen', {conversation: id});"

NO_SOURCE = (
    '<section id="source" tabindex="-1" aria-label="Source">'
    '<p class="quiet">Open a citation to read its paragraph here.</p></section>'
)


@dataclass(frozen=True, slots=True)
class Controls:
    """What the listeners of the tab read and write."""

    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    conversation: gr.Textbox
    running: gr.State
    drawer: gr.Accordion
    narrowing: tuple[Any, ...]
    past: gr.HTML
    words: gr.Textbox
    own: gr.Group
    title: gr.Textbox
    exports: gr.HTML
    delete: gr.Button
    bridge: gr.HTML


def ask_tab(site: Site, page: gr.Blocks) -> None:
    """Build the tab within a page."""
    with gr.Sidebar(open=False, width=300, elem_id="past"):
        past = _past()
    with gr.Row(elem_id="reading"):
        with gr.Column(elem_id="asking", scale=11, min_width=320):
            chat = _chat()
            asking = _asking()
            drawer, narrowing = _drawer()
        with gr.Column(elem_id="beside", scale=9, min_width=320):
            gr.HTML(NO_SOURCE, apply_default_css=False)
    controls = Controls(
        chat=chat,
        conversation=gr.Textbox(visible="hidden", elem_id="conversation"),
        running=gr.State(None),
        drawer=drawer,
        narrowing=narrowing,
        bridge=gr.HTML("", js_on_load=BRIDGE, elem_id="bridge"),
        **past,
        **asking,
    )
    _wire(Conversing(site), controls, page)


def _past() -> dict[str, Any]:
    gr.HTML('<h2>Conversations</h2><p><a class="new" href="/">New conversation</a></p>')
    with gr.Group(visible=False, elem_id="own") as own:
        title = gr.Textbox(label="Name of this conversation", max_lines=1, max_length=200)
        exports = gr.HTML("", apply_default_css=False)
        delete = gr.Button("Delete this conversation", size="sm")
    words = gr.Textbox(
        label="Search", placeholder="Words in questions or answers", max_lines=1, elem_id="words"
    )
    past = gr.HTML("", apply_default_css=False)
    return {
        "past": past, "words": words, "own": own, "title": title, "exports": exports,
        "delete": delete,
    }  # fmt: skip


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        elem_id="chat",
        height=None,
        autoscroll=False,
        layout="panel",
        editable="user",
        buttons=["copy"],
        feedback_options=list(SAYINGS),
        latex_delimiters=[],
        allow_tags=False,
        group_consecutive_messages=False,
    )


def _asking() -> dict[str, Any]:
    with gr.Row(elem_id="ask", equal_height=True):
        box = gr.Textbox(
            label="Question",
            show_label=False,
            container=False,
            placeholder="Ask about the record",
            lines=1,
            max_lines=6,
            autofocus=True,
            scale=8,
            elem_id="question",
        )
        send = gr.Button("Ask", variant="primary", scale=1, min_width=80, elem_id="send")
        stop = gr.Button("Stop", visible=False, scale=1, min_width=80, elem_id="stop")
    return {"box": box, "send": send, "stop": stop}


def _drawer() -> tuple[gr.Accordion, tuple[Any, ...]]:
    date = "15 April 2024, or 2024"
    with gr.Accordion(CLOSED, open=False, elem_id="filters") as drawer:
        with gr.Row():
            as_of = gr.Textbox(label="As of", info="Published by then", placeholder=date)
            since = gr.Textbox(label="From", info="Published from then on", placeholder=date)
            until = gr.Textbox(label="Until", info="Published until then", placeholder=date)
        with gr.Row():
            outlets = gr.Dropdown([], label="Outlets", multiselect=True)
            speakers = gr.Dropdown([], label="Speakers", multiselect=True)
        generator = gr.Radio([], label="Answers are written by")
    return drawer, (as_of, since, until, outlets, speakers, generator)


def _wire(does: Conversing, c: Controls, page: gr.Blocks) -> None:
    inputs = [c.conversation, *c.narrowing]
    answering = [c.chat, c.box, c.conversation, c.send, c.stop, c.running]
    asked = [
        gr.on(
            [c.box.submit, c.send.click],
            does.ask,
            [*inputs, c.box],
            answering,
            js=WHEN_OPEN,
            **SHUT,
        ),
        c.chat.retry(does.retry, inputs, answering, js=HERE, **SHUT),
        c.chat.edit(does.edit, inputs, answering, js=HERE, **SHUT),
    ]
    listed = [c.past, c.own, c.title, c.exports]
    listing = [c.conversation, c.words]
    for event in asked:
        event.then(does.listed, listing, listed, **AT_ONCE)
    c.stop.click(does.stop, c.running, None, **AT_ONCE)
    c.chat.undo(does.undo, c.conversation, [c.chat, c.box], js=HERE, **AT_ONCE)
    c.chat.like(does.say, c.conversation, c.chat, js=HERE, **AT_ONCE)
    _wire_drawer(does, c)
    opened = [c.chat, c.conversation, c.drawer, *c.narrowing]
    for event in (
        page.load(does.open, c.conversation, opened, js=HERE, **AT_ONCE),
        c.bridge.reopen(does.reopen, None, opened, **AT_ONCE),
    ):
        event.then(**IS_OPEN).then(does.listed, listing, listed, **AT_ONCE)
    c.conversation.change(None, c.conversation, None, js="(id) => window.dateline?.opened?.(id)")
    c.words.change(does.listed, listing, listed, trigger_mode="always_last", **AT_ONCE)
    gr.on([c.title.submit, c.title.blur], does.rename, [c.conversation, c.title], None, **AT_ONCE
          ).then(does.listed, listing, listed, **AT_ONCE)  # fmt: skip
    c.delete.click(
        does.delete, c.conversation, opened, **AT_ONCE,
        js="(id) => [window.confirm('Delete this conversation with its answers?') ? id : '']",
    ).then(does.listed, listing, listed, **AT_ONCE)  # fmt: skip


def _wire_drawer(does: Conversing, c: Controls) -> None:
    as_of, since, until, outlets, speakers, _ = c.narrowing
    typed = [event for box in (as_of, since, until) for event in (box.blur, box.submit)]
    gr.on(
        [*typed, outlets.change, speakers.change],
        does.summarised,
        list(c.narrowing),
        c.drawer,
        **AT_ONCE,
    )
