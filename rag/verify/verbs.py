"""Whether a piece of English text states anything: a heading or a scrap of an order has no verb."""

import re

_IRREGULAR = (
    "am are be became become been began begin being bought broke broken brought built burst came "
    "can caught chose come could cut dealt did do does drew drove fed fell felt fired fled flew "
    "flown forbade fought found gave get give go goes gone got grew had has have heard held hid "
    "hit hold hung hurt is keep kept knew known laid lay led left lent let lie ll lost made make "
    "may meant met might must need paid put ran re read rose said sank sat saw say see sent set "
    "shall shook shot should shown shrank shut slept sold sought spent spoke spread stand stole "
    "stood stop strike struck stuck swept swore take taken taught tell think thought threw told "
    "took tore understood ve want was went were will withdrew won wore would wound write written "
    "wrote"
)
_NO_VERB_AFTER = (
    "a all an and any as at between both by each every few for from her his in into its many more "
    "most no of on or other our several some that the their these those to under with your"
)
_VERBS, _BEFORE_NOUNS = frozenset(_IRREGULAR.split()), frozenset(_NO_VERB_AFTER.split())
_WORD = re.compile(r"[^\W\d_]+(?:n['’]t)?|\d+")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def has_verb(text: str) -> bool:
    """Whether a text holds a word that may be a finite verb.

    Irregular forms are listed, the others known by their endings, so that a noun may be taken for
    a verb but seldom a verb for a noun. Of text that is mostly in another script nothing is known,
    and it is taken to have one.
    """
    if 2 * len(_LATIN.findall(text)) <= len(_LETTER.findall(text)):
        return True
    found = _WORD.findall(re.sub(r"['’]s\b", "", text))
    before = ["", *(word.lower() for word in found)]
    return any(_may_be_verb(word, last) for word, last in zip(found, before, strict=False))


def _may_be_verb(word: str, before: str) -> bool:
    small = word.lower()
    if small in _VERBS or re.search(r"n['’]t$", small):
        return True
    if word[:1].isupper() or len(word) < 4:  # noqa: PLR2004 (a name; too short for an ending)
        return False
    ending = small.endswith("ed") or (small.endswith("s") and not small.endswith(("ss", "ous")))
    return ending and before not in _BEFORE_NOUNS
