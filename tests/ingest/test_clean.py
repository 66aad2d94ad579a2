"""Normalised text, and what is furniture of a page rather than prose."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.clean import is_boilerplate, normalise

NOISY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\u200c\u200b\u00ad\u202e\ufeff\u0301\u00a0\n\t می‌کáé\x00\ud800\U000e0041"),
    )
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two\u00a0 words\n\tmore  ", "two words more"),
        ("e\u0301te\u0301", "été"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eover\u202c\u2066ride\u2069", "override"),
        ("tag\U000e0041\U000e0042s", "tags"),
        ("a\x00b\x07c", "abc"),
        ("half\ud83dsurrogate", "halfsurrogate"),
        ("م\u200cن", "م\u200cن"),
        ("می\u200c\u200cکند", "می\u200cکند"),
        ("می\u200c کند", "می کند"),
        ("la\u200ctin", "latin"),
        ("variation\ufe0f", "variation"),
        ("line\u2028and\u2029paragraph", "line and paragraph"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(NOISY)
@example("e\u200c\u0301")
@example("ا\u200c\u0653ب")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(NOISY)
def test_nothing_invisible_is_left(text: str) -> None:
    clean = normalise(text)
    assert clean == clean.strip()
    assert "  " not in clean
    clean.encode("utf-8")
    allowed = {"\u200c"} | {chr(code) for code in range(0x600, 0x606)}
    allowed |= {"\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2"}
    for character in clean:
        if ord(character) < 0x10000 and character not in allowed:
            assert unicodedata.category(character) not in ("Cc", "Cf", "Cs"), hex(ord(character))


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x24F)))
def test_plain_letters_are_kept(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "furniture",
    [
        "###",
        "# # #",
        "* * *",
        "-30-",
        "END",
        "(ENDS)",
        "________",
        "Advertisement",
        "ADVERTISEMENT - continue below",
        "Sponsored content",
        "Share",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "Facebook | X | LinkedIn",
        "Follow us on Twitter and Facebook",
        "Follow us on Telegram: @example.",
        "Follow Jane Doe on Twitter",
        "Listen to this article",
        "Listen to this article · 8 min",
        "Listen (12 minutes)",
        "0:00 / 12:34",
        "Produced by ElevenLabs and News Over Audio (NOA) using AI narration.",
        "Your browser does not support the audio element.",
        "Sign up for our daily newsletter",
        "Sign up for the Example Briefing newsletter and get it every morning.",
        "Subscribe to our newsletter",
        "Subscribe now",
        "Enter your email address",
        "We use cookies to improve your experience on this site.",
        "By clicking Accept you agree to our use of cookies.",
        "Accept all cookies",
        "Privacy policy | Terms of use",
        "Read more: Iran's president visits Baghdad",
        "Read more",
        "See also: The year in review",
        "Related articles",
        "Most popular",
        "Story continues below advertisement",
        "All rights reserved.",
        "© 2024 The Example Post. All rights reserved.",
        "Copyright 2024 The Example Post",
        "Copyright © 2024 Example Media Ltd. All rights reserved.",
        "Photo: Jane Doe/Getty Images",
        "Photograph: Jane Doe/Reuters",
        "Jane Doe/Getty Images",
        "(Ali Rezaei/AFP)",
        "Photo by Jane Doe/AP",
        "Photo credit: Jane Doe",
        "Reuters/AP",
    ],
)
def test_furniture_is_dropped(furniture: str) -> None:
    assert is_boilerplate(furniture)


@pytest.mark.parametrize(
    "prose",
    [
        "END 2:03 P.M. EDT",
        "Listen.",
        "Listen, we have said this many times.",
        "Watch this space, he said.",
        "He asked readers to follow us on the long road to Natanz.",
        "Share prices fell in Tel Aviv.",
        "Advertisements for the ruling party were taken off the air.",
        "The newsletter that she signed up for was shut down by the ministry.",
        "Sign up for alerts, the ministry told residents, or miss the sirens.",
        "We use cookies as bait, the trapper said.",
        "Images by a satellite firm show new craters at the site.",
        "Video by an eyewitness was verified by Reuters.",
        "A source close to the talks told Reuters.",
        "The minister spoke to AFP/Reuters.",
        "The images, first published by Getty Images, show the crater.",
        "Copyright 2024 rules were changed by the court.",
        "Copyright law does not protect facts.",
        "(c) Within 15 days after submitting the report, the Secretary shall act.",
        "All rights reserved by the treaty were violated.",
        "Produced by Iran with help from abroad, the drone has a range of 2,000 km.",
        "By using the terms of the deal as a lever, Tehran gained time.",
        "Get our people home, the families said.",
        "The end of the war is near.",
        "End the war.",
        "Read more books, the minister of education advised.",
        "Related to this, the agency found traces of uranium.",
        "30",
        "Q Print that.",
        "Twitter and Facebook were blocked in Iran on Friday.",
        "Facebook",
        "Play ball, or else.",
        "More from the region: three ships were hit.",
        "Show more restraint, the Secretary-General urged.",
        "Photo opportunities were cancelled.",
        "Photographs by the agency prove it.",
        "Sponsored by 12 states, the resolution passed.",
    ],
)
def test_prose_that_mentions_furniture_is_kept(prose: str) -> None:
    assert not is_boilerplate(prose)


@given(st.text(min_size=241))
def test_a_long_paragraph_is_never_furniture(text: str) -> None:
    assert not is_boilerplate(text)
