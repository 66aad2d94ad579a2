"""The page at `/`: Ask, Library, Evals."""

import os
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from ui.site import Site
from ui.web.ask_tab import ask_tab
from ui.web.theme import theme

KEPT_SECONDS = 3600

LARGER = 4
"""How many times the largest file may reach us."""

HERE = Path(__file__).parent
STYLES = ("page.css", "library.css", "evals.css")
FRAGMENTS = HERE.parent / "markup" / "fragments.css"

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' fill='%230b5d66'/%3E%3Ctext x='8' y='12.5' font-size='13' "
    "font-family='Georgia,serif' text-anchor='middle' fill='%23fbfaf7'%3ED%3C/text%3E%3C/svg%3E"
)
EVENTS_AT_ONCE = 40
"""Events of all readers that Gradio works on at the same time; it has as many threads."""

NO_SUMMARY = ("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
"""Gradio else sums up its events with pandas after each one, for a page that nobody can open."""

HEAD = f"""\
<link rel="icon" href="{ICON}">
<meta name="description" content="Ask the record. Check every source.">
<meta name="color-scheme" content="light dark">
"""
MASTHEAD = """\
<a class="skip" href="#question">Skip to the question</a>
<header class="masthead"><h1><a href="/">Dateline</a></h1>
<p>Ask the record. Check every source.</p>
<button type="button" class="open-past" aria-controls="past">Conversations</button></header>
"""


def blocks(site: Site) -> gr.Blocks:
    """Return the page of a site; nothing of one reader is kept in it."""
    from ui.web.evals_tab import evals_tab
    from ui.web.library_tab import library_tab

    os.environ.setdefault(*NO_SUMMARY)
    page = gr.Blocks(
        title="Dateline",
        analytics_enabled=False,
        fill_width=True,
        # Gradio's copies of uploads: the library has its own.
        delete_cache=(KEPT_SECONDS, KEPT_SECONDS),
    )
    with page:
        gr.HTML(MASTHEAD, apply_default_css=False, elem_id="masthead")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask"):
                ask_tab(site, page)
            with gr.Tab("Library", id="library"):
                library_tab(site)
            with gr.Tab("Evals", id="evals"):
                evals_tab(site)
    # Questions wait at the service's desk, which tells when it is full.
    page.queue(default_concurrency_limit=EVENTS_AT_ONCE)
    return page


def mounted(app: FastAPI, site: Site) -> FastAPI:
    """Mount the page at the root of an application, after the routes that it already has."""
    made: FastAPI = gr.mount_gradio_app(
        app,
        blocks(site),
        path="/",
        theme=theme(),
        css_paths=[FRAGMENTS, *sorted(HERE.glob("*.css"))],
        js=(HERE / "page.js").read_text(encoding="utf-8"),
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        # A file that is a little too large is to be told in the report, with the others' names.
        max_file_size=LARGER * site.settings.upload_bytes,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return made
