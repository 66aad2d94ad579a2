"""What kind of sentence a model wrote: a statement of fact, or one about its sources or itself."""

import re
from typing import Literal

from rag.analysis import content_terms
from rag.instructions import addresses_machine

Kind = Literal["fact", "meta", "declines", "repeat"]

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)|«[^»]*»")
_TEXTS = (
    r"(?:sources?|articles?|passages?|excerpts?|documents?|texts?|context|material|evidence"
    r"|information|paragraphs?|library|record|search results?)"
)
_GIVEN = r"(?:provided|given|above|available|cited|supplied|numbered|listed|retrieved|following)"
_THE_TEXTS = (
    rf"(?:(?:the|these|those|any of the|none of the|all|my|your) (?:{_GIVEN} )?"
    rf"(?:news )?{_TEXTS}(?: {_GIVEN}| I have| at hand)?|{_GIVEN} {_TEXTS})"
)
_NOT = r"(?:do(?:es)? not|don['’]t|doesn['’]t|did not|didn['’]t|cannot|can['’]t|fails? to|never)"
_TELL = (
    r"(?:say|mention|state|contain|include|provide|specify|give|answer|address|discuss|indicate"
    r"|report|cover|reveal|identify|name|tell|describe|explain|offer|show|have|support|detail)"
)
_TOLD = (
    r"(?:stated|mentioned|specified|provided|given|answered|addressed|discussed|indicated"
    r"|reported|covered|included|described|found|available|clear|named|detailed|explained)"
)
_DECLINES = re.compile(
    rf"\b{_THE_TEXTS} (?:\w+ ){{0,3}}?{_NOT} (?:\w+ ){{0,2}}?{_TELL}"
    rf"|\bnone of (?:the|these) (?:{_GIVEN} )?{_TEXTS}\b"
    rf"|\b{_THE_TEXTS} (?:is|are|contains?|has|have|gives?|provides?) (?:no|silent|insufficient)\b"
    rf"|\bno (?:{_GIVEN} )?{_TEXTS} (?:\w+ )?(?:mentions?|says?|states?|answers?|gives?|is|are"
    r"|about|on|regarding|that)\b"
    rf"|\b(?:is|are|was|were) not (?:\w+ )?{_TOLD} (?:in|by|from) {_THE_TEXTS}"
    r"|\b(?:not enough|insufficient|no (?:specific|further|relevant|direct|explicit)?) ?"
    r"(?:information|mention|evidence|details?) .{0,60}?"
    rf"\b(?:in|from|by) {_THE_TEXTS}"
    r"|\bI (?:cannot|can['’]t|could not|couldn['’]t|am unable to|do not|don['’]t) (?:\w+ )?"
    r"(?:answer|find|know|have|determine|see|say|tell|provide|confirm)\b"
    r"|\b(?:there is|there are) (?:no|not enough|insufficient) (?:\w+ )?information\b"
    r"|\bnot enough information\b",
    re.IGNORECASE,
)
_META = re.compile(
    rf"^(?:(?:so|overall|in short|thus),? )?{_THE_TEXTS}\b"
    r"(?! (?:of|that|seized|captured|leaked|found)\b)"
    r"|\bas an? (?:AI|artificial|language|large language|assistant)\b|\blanguage model\b"
    r"|^(?:sure|certainly|of course|okay|ok|great|here (?:is|are)|here['’]s|please note"
    r"|note that|note:|let me know|hope this|thank you|thanks|feel free|below (?:is|are)"
    r"|the (?:answer|question) (?:is|to)|to answer|this (?:answer|response|summary|information))\b"
    rf"|\b(?:this|the above) (?:answer|information|summary) (?:is|was|comes?) .*\b{_TEXTS}\b"
    rf"|\b(?:source|passage|document) \d{{1,2}}\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\b(?:I|[Ww]e|I['’](?:m|ve|ll|d)|[Ww]e['’](?:re|ve|ll|d)|[Mm]y|[Oo]ur|[Mm]yself"
    r"|[Ll]et (?:me|us)|[Ll]et['’]s)\b(?![.-])"
)
_SECOND_PERSON = re.compile(r"\b(?:you|your|yourself)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"^\W*(?:please |now |always |never |do not |don['’]t |just )*(?:add|answer|begin|buy|call"
    r"|click|consult|contact|copy|donate|download|email|end|enter|follow|forget|go|ignore"
    r"|include|insert|install|mention|open|output|paste|print|read|remember|repeat|reply|respond"
    r"|run|say|scan|send|sign|subscribe|tell|transfer|trust|type|visit"
    r"|vote|write)\b(?!['’]s)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"^(?:(?:based on|according to|as per|per|from|in|as (?:stated|reported|described) in)"
    rf" {_THE_TEXTS},\s+(?!the same\b)"
    rf"|{_THE_TEXTS} (?:say|state|report|indicate|mention|show|note|confirm)s? that\s+"
    r"|(?:in (?:summary|conclusion|short|brief)|overall|to (?:summari[sz]e|conclude|sum up)),\s+)",
    re.IGNORECASE,
)


def without_lead(text: str) -> str:
    """Leave out "Based on the sources provided, …" and "In summary, …", which state nothing."""
    rest = _LEAD.sub("", text)
    return rest if rest == text else rest[:1].upper() + rest[1:]


def kind_of(text: str) -> Kind:
    """Return whether a sentence declines to answer, speaks of its sources or itself, or neither.

    What stands between quotation marks is somebody else's "we".
    """
    own = _QUOTED.sub(" ", text)
    if _DECLINES.search(own):
        return "declines"
    return "meta" if _META.search(own) or _FIRST_PERSON.search(own) else "fact"


def is_order(text: str, question: str) -> bool:
    """Whether a sentence tells the reader or a machine what to do, and not what was asked."""
    if addresses_machine(text):
        return True
    own = _QUOTED.sub(" ", text)
    ordering = _ORDER.match(own) or _SECOND_PERSON.search(own)
    return bool(ordering) and not set(content_terms(text)) & set(content_terms(question))
