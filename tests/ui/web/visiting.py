"""A reader at the page: opens it, asks, and tells what went wrong on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

PATIENCE_MS = 30_000

OURS = ("data:", "blob:", "about:", "file:")
"""What a page may load beside what its own server has."""

ENDED = "#chat .message-row:last-of-type .answer > .meta"


@dataclass
class Visit:
    """A page that is open; `wrong` is all that must not have happened in it."""

    page: Any
    address: str
    wrong: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, press Enter and wait for the whole answer."""
        before = self.page.locator("#chat .user-row").count()
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "n => document.querySelectorAll('#chat .user-row').length > n"
            f" && document.querySelector({ENDED!r})",
            arg=before,
        )

    def conversation(self) -> str:
        """Return the id of the conversation that is open."""
        self.page.wait_for_function("location.search.startsWith('?c=')")
        return str(self.page.url).partition("?c=")[2]

    def cited(self) -> list[str]:
        """Return the addresses of the last answer's citations, each once."""
        links = self.page.locator("#chat .message-row:last-of-type a.cite")
        found = links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        return list(dict.fromkeys(found))

    def open_cited(self, address: str) -> Any:
        """Click a citation; return its paragraph beside the answer."""
        self.page.locator(f'#chat a.cite[href="{address}"]').last.click()
        self.page.wait_for_selector(f'#source a.permalink[href="{address}"]')
        return self.page.locator("#source .framed")

    def tab(self, name: str) -> None:
        """Open one of the three tabs."""
        self.page.get_by_role("tab", name=name, exact=True).click()


@contextmanager
def visiting(
    browser: Any, address: str, *, width: int = 1280, height: int = 860, scheme: str = "light"
) -> Iterator[Visit]:
    """Open a server's page as somebody new; at the end nothing may have gone wrong.

    That is: no dialog, no error, no request to elsewhere, and nothing that calls `struck`.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(context.new_page(), address)
    wrong = visit.wrong
    context.expose_function("struck", lambda where: wrong.append(f"a script ran: {where}"))
    visit.page.on("dialog", lambda dialog: (wrong.append(f"a dialog: {dialog.message}"),
                                            dialog.dismiss()))  # fmt: skip
    visit.page.on("pageerror", lambda error: wrong.append(f"an error: {error}"))
    visit.page.on("popup", lambda page: wrong.append(f"another window: {page.url}"))

    def asked(request: Any) -> None:
        if not request.url.startswith((address, *OURS)):
            wrong.append(f"a request to elsewhere: {request.url}")

    def said(message: Any) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    visit.page.on("request", asked)
    visit.page.on("console", said)
    try:
        visit.page.goto(address)
        visit.page.wait_for_selector("#chat .welcome")
        yield visit
        happened = list(wrong)  # what leaving the page breaks off is no fault of it
    finally:
        context.close()
    assert happened == []
