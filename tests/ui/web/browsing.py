"""What readers do in the page on the way to what a test is about."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

    from .serving import Served

CHIP = "#chat a.cite"


def ask(page: "Page", question: str) -> None:
    """Type a question, press Enter and wait for the whole answer."""
    count = page.locator("#chat .bot-row").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "n => { const rows = [...document.querySelectorAll('#chat .bot-row')];"
        " return rows.length > n && rows.at(-1).querySelector('.answer > .meta'); }",
        arg=count,
    )


def open_tab(page: "Page", name: str, seen: str) -> None:
    """Open a tab and wait for what it shows."""
    page.get_by_role("tab", name=name, exact=True).click()
    page.wait_for_selector(seen)


def answered(served: "Served", page: "Page") -> Any:
    """Return what is stored of the last answer in the page, whoever's it is."""
    link = page.locator(f"{CHIP}, #chat .nearest a").last.get_attribute("href")
    assert link
    exchange = served.site.store.answer(link.split("/")[2])
    assert exchange is not None
    return exchange


def payload(name: str, content: str | bytes) -> "FilePayload":
    """Return a file as it is dropped into the page."""
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def drop(page: "Page", *files: "FilePayload") -> None:
    """Drop files into the library's box and wait until the page has them all."""
    if not page.locator("#library-add-now").is_visible():
        page.get_by_role("button", name="Add articles").click()
    page.locator("#library-files input[type=file]").set_input_files(list(files))
    page.wait_for_function(
        "n => document.querySelectorAll('#library-files tr.file').length === n", arg=len(files)
    )


def add(page: "Page", *files: "FilePayload") -> str:
    """Add files to the library; return the report."""
    drop(page, *files)
    page.evaluate("document.querySelector('.library-report')?.setAttribute('data-old', '')")
    page.click("#library-add-now")
    page.wait_for_selector(".library-report:not([data-old]) table")
    return page.inner_text("#library-report")
