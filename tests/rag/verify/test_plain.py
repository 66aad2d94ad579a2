import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.plain import LONGEST, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Iran** fired _300_ `drones`.", "Iran fired 300 drones."),
        ("Iran fired 300 drones (https://evil.example/x?y=1).", "Iran fired 300 drones."),
        ("Iran fired 300 drones. See https://evil.example/x", "Iran fired 300 drones."),
        ("[Reuters](https://evil.example/x) reported it.", "Reuters reported it."),
        ("![pixel](https://evil.example/p.png?q=secret) Iran fired.", "Iran fired."),
        ("# Iran fired.", "Iran fired."),
        ("<b>Iran</b> fired<script>alert(1)</script>.", "Iran fired."),
        ("&lt;img src=x onerror=alert(1)&gt;Iran fired.", "Iran fired."),
        ("&amp;lt;b&amp;gt;Iran fired.", "Iran fired."),
        ("Iran\u200b fired\u202e 300\U000e0041 drones\x07.", "Iran fired 300 drones."),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("broken \ud800 text", "broken \ufffd text"),
        ("{question} and {{x.__class__}}", "{question} and {{x.__class__}}"),
        ("As [12] has it, [the] U.S.", "As (12) has it, [the] U.S."),
        ("It cost $3bn at 4.30 p.m., and/or 5 < 6.", "It cost $3bn at 4.30 p.m., and/or 5 < 6."),
        ("Israel/Iran talks: 300 drones; 3:2.", "Israel/Iran talks: 300 drones; 3:2."),
    ],
)  # fmt: skip
def test_what_is_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/x",
        "Read more at https://evil.example.",
        "Visit evil.example/login now.",
        "Visit evil.com now.",
        "Visit evil[.]com now.",
        "Visit evil dot com now.",
        "Go to hxxps://evil[.]com/x to see it.",
        "Go to www.evil.com to see it.",
        "Ｈｔｔｐｓ://evil.com has it.",
        "Run javascript:alert(1) to see it.",
        "Write to a.b@evil.com for more.",
        "Open 10.0.0.1:8080/x for more.",
        "Open [this](https://a.example) at https://b.example/x for more.",
    ],
)
def test_a_sentence_that_sends_elsewhere_says_nothing(text: str) -> None:
    assert plain(text) == ""


HOSTILE = st.lists(
    st.sampled_from(
        ["<", ">", "&", "lt;", "&lt;", "&#60;", "amp;", "script", "<script>", "</", "[", "](", ")",
         "!", "http", "://", "evil", ".", "com", "/", "javascript:", "*", "_", "`", "#", " ", "\n",
         "\u200c", "\u202e", "ا", "ب", "\ud800", "{", "}", "[1]", "【", "\\", "a", "@", "|", "-",
         "ｈ", "\u0301", "\ufb1d", "dot", "(", "]", "~~"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@given(HOSTILE | st.text(max_size=80))
def test_plain_text_is_plain_and_stays_so(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    assert len(shown) <= LONGEST
    assert not re.search(r"https?://|javascript:|<[A-Za-z/!]|\]\(|\[\d|`|\*", shown)
    assert not re.search(r"<[A-Za-z/!]", html.unescape(shown))
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")]
    assert not set("\u202e\u200b\u200d") & set(shown)


def test_a_long_text_is_cut() -> None:
    assert len(plain("drone " * 5000)) <= LONGEST
    assert plain("&amp;" * 5000 + "lt;") is not None
