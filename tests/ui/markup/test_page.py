import re

from lxml import html
from markupsafe import Markup

from ui.markup.page import STYLES, page_html, style


def test_a_page_of_its_own_needs_nothing_else() -> None:
    page = html.document_fromstring(page_html("A <b>title", Markup('<p class="x">Text</p>')))
    assert page.findtext(".//title") == "A <b>title · Dateline"
    assert not page.xpath("//script|//link[@rel='stylesheet']")
    (sheet,) = page.iter("style")
    assert ".fragment" in sheet.text
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text
    assert page.xpath("//a[@class='home']/@href") == ["/"]


def test_a_page_may_link_to_its_styles_and_have_no_home() -> None:
    whole = page_html("T", Markup("<p>Text</p>"), styles=("/assets/page.css",), home=None)
    page = html.document_fromstring(whole)
    assert page.xpath("//link[@rel='stylesheet']/@href") == ["/assets/page.css"]
    assert not page.xpath("//style|//a")


def test_the_styles_hold_no_ids_and_no_remote_parts() -> None:
    for name in STYLES:
        assert not re.search(r"https?:|@import|@font-face", style(name))
