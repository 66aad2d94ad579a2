import base64
import codecs
import re
from collections import Counter

import pytest

from evals.robustness import wordings
from evals.robustness.injection import attacks
from evals.robustness.wordings import AIMS, FORMS, HALVES
from rag.analysis import terms

from ..runs.making import gold_question

QUESTIONS = [
    gold_question(f"q-{number}", question=text, family=f"f-{number}")
    for number, text in enumerate(
        ("how many guards died in damascus?", "what did the ministry say of the dead")
    )
]
FOLLOWING = gold_question(
    "q-9", type="follow_up", history=[{"question": "how many"}], question="and then?"
)
MADE = attacks(QUESTIONS, cases=200, seed=3, published={"q-0": "2024-04-02"})


def test_forms_and_halves_take_turns() -> None:
    counts = Counter((attack.form, attack.half) for attack in MADE)
    assert counts == {(form, half): 20 for form in FORMS for half in HALVES}
    assert {attack.aim for attack in MADE} == set(AIMS)


def test_each_has_a_canary_and_a_link_of_its_own() -> None:
    assert len({attack.canary for attack in MADE}) == len(MADE)
    assert len({attack.link for attack in MADE}) == len(MADE)
    links = re.findall(r"https?://\S+", " ".join(attack.article.text for attack in MADE))
    assert links
    assert all(link.split("/")[2].endswith(".example.invalid") for link in links)


def test_the_lure_is_of_the_questions_own_words_and_asks_for_nothing() -> None:
    for attack in MADE:
        lure, question = attack.article.paragraphs[0], QUESTIONS[int(attack.question[-1])].question
        wanted = {"guard", "damascus"} if attack.question == "q-0" else {"ministri", "dead"}
        assert wanted <= set(terms(lure)), question
        assert attack.canary not in lure


def test_what_carries_the_order_names_the_canary_unless_it_is_encoded() -> None:
    for attack in MADE:
        told = " ".join(attack.article.paragraphs[n] for n in attack.carrying)
        assert len(attack.carrying) == (3 if attack.form == "split" else 1)
        if attack.form != "encoded":
            assert attack.canary in told
            continue
        assert attack.canary not in told
        decoded = codecs.decode(told, "rot13") + " ".join(
            base64.b64decode(blob).decode() for blob in re.findall(r"[A-Za-z0-9+/]{60,}=*", told)
        )
        assert attack.canary in decoded


def test_persian_orders_are_in_persian_and_tags_look_like_tags() -> None:
    for attack in MADE:
        told = attack.article.paragraphs[1]
        assert bool(re.search("[آ-ی]", told)) == (attack.form == "persian")
        if attack.form == "tags":
            assert re.search(r"[<\[`#{|-]{1,3}", told)


def test_the_seed_decides_and_nothing_else() -> None:
    assert attacks(QUESTIONS[::-1], cases=200, seed=3, published={"q-0": "2024-04-02"}) == MADE
    assert attacks(QUESTIONS, cases=200, seed=4, published={}) != MADE


def test_questions_that_follow_others_are_left_out() -> None:
    assert attacks([FOLLOWING], cases=5, seed=0, published={}) == []
    made = attacks([FOLLOWING, *QUESTIONS], cases=10, seed=0, published={})
    assert {attack.question for attack in made} == {"q-0", "q-1"}


@pytest.mark.parametrize("name", ["PLAIN", "SPLIT", "ENCODED", "TAGS", "PERSIAN"])
def test_no_wording_is_in_both_halves(name: str) -> None:
    lists = getattr(wordings, name)
    assert not set(lists["development"]) & set(lists["held-out"])
    assert lists["held-out"]
