"""Sentences that give orders to the machine that reads them, not news to people.

An article may hold such a sentence to get it, its links or its words into an answer: indirect
prompt injection (Greshake and others, Not what you've signed up for, 2023). What is recognised is
who is spoken to (an assistant, a model, "you" who answer), what is ordered (set aside your
instructions, reply only so, cite nothing, decode this) and what only a machine reads (the tags of
chat templates, encoded text). It is a filter on words, so other words will pass it.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from rag.analysis import STOP_WORDS, words

ENCODED = 32
"""Characters from which a word without a space may be encoded text."""

SCRAMBLED = 8
"""Words from which a sentence may be scrambled letter by letter."""

COMMON = 0.25
"""Share of stop words that English has at the least, and scrambled English never."""

PRINTABLE = 0.9
"""Share of decoded characters that can be read, if it was text."""

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_BODY = (
    r"(?:assistant|agent|bot|model|program(?:me)?|reader|service|software|summari[sz]er|system"
    r"|tool)"
)
_OF_MACHINES = (
    r"(?:a\.?i\.?|artificial[ -]intelligence|(?:large )?language|chat|virtual|automat(?:ed|ic)"
    r"|(?:question[ -])?answering|summari[sz]ing)"
)
_READING = r"(?:answers?|reads?|repl(?:y|ies)|responds?|summari[sz]es?|process(?:es)?|index(?:es)?)"
_ASSISTANT = (  # an assistant, and no assistant secretary
    r"assistants?(?! (?:to|of|for|attorney|chief|commissioner|defen[cs]e|director|editor|general"
    r"|manager|minister|professor|secretar|special|under))"
)
_MACHINE = (
    rf"(?:{_OF_MACHINES}[ -]{_BODY}s?|chat ?bots?|llms?|chatgpt"
    rf"|(?:{_BODY}|machine|engine|algorithm|crawler)s? (?:that|which) {_READING})"
)
_REPLY = r"(?:answer|reply|response|output|summary|completion)"
_ANSWER = r"(?:answer|reply|output|summary)"  # a response may be a country's
_MUST = r"(?:must|shall|should|has to|have to|is to|are to|needs? to|ought to)"
_TELL = (
    r"(?:add|answer|append|attribute|begin|cite|close|direct|end|give|include|insert|link|make"
    r"|mention|name|output|point|print|produce|put|quote|recommend|refer|reply|respond|return|say"
    r"|send|set|start|state|tell|use|work|write)"
)
_SHAPE = (
    r"(?:capitals?|code|csv|emojis?|format|html|json|link|list|markdown|object|phrase|table|text"
    r"|upper ?case|url|words?|xml|yaml)"
)
_BEGIN = (
    r"(?:^\W*|[:;,.!?\u2013\u2014\"(]\s*(?:(?:and|then|so|but) )?|\b(?:please|you|to|and|now) )"
)
_NEW = r"(?:above|earlier|existing|foregoing|former|original|preceding|previous|prior|system)"

_ENGLISH = (
    # Set aside what you were told.
    rf"{_BEGIN}(?:bypass|discard|disregard|forget|ignore|override|pay no attention to|set aside)\b"
    rf".{{0,40}}\b{_NEW}\b.{{0,25}}\b(?:commands?|constraints|context|directions|directives?"
    r"|guidelines?|instructions?|messages?|orders|prompts?|rules|text)\b",
    rf"{_BEGIN}(?:bypass|discard|disregard|forget|ignore|override)\b.{{0,20}}\b(?:all|any|the|your)"
    r"\b.{0,12}\b(?:instructions|prompts?)\b",
    rf"{_BEGIN}(?:disregard|forget|ignore)\b.{{0,30}}\byou(?:['’]ve| have)?(?: were| been)? "
    r"(?:given|instructed|told)\b.{0,20}\b(?:above|before|earlier|previously|so far|until now)\b",
    rf"{_BEGIN}(?:disregard|forget|ignore|repeat) (?:everything |all |all of )?"
    r"(?:the (?:text |words |lines )?)?(?:above|before this)\b",
    rf"{_BEGIN}(?:bypass|disable|disregard|ignore) your (?:[\w-]+ ){{0,2}}(?:filters?|guidelines"
    r"|instructions?|polic(?:y|ies)|programming|restrictions|rules|training)\b",
    r"\b(?:overrides?|replaces?|supersedes?) (?:all|any|every) (?:earlier|other|previous|prior)"
    r" (?:[\w-]+ )?(?:configurations?|instructions|prompts|settings)\b",
    r"\bsystem prompts?\b|\b(?:new|your|real|actual) (?:instructions?|task|prompt) ?:",
    r"\byour (?:new|next|only|real) (?:instructions? (?:are|is)|task is)\b"
    r"|\byour (?:hidden|initial|internal|original|system) (?:instructions?|messages?|prompts?)\b",
    # You, the machine.
    rf"\byou are (?:now |only |just |no longer )*(?:an? |the |my )?(?:[\w-]+ ){{0,4}}?"
    rf"(?:{_MACHINE}|{_ASSISTANT})\b",
    rf"\b(?:act|behave|role-?play) as (?:if you were )?(?:an?|the) (?:[\w-]+ ){{0,3}}?"
    rf"(?:ai|{_MACHINE}|{_ASSISTANT})\b",
    r"\byou (?:are now|(?:can|must|shall|will)? ?(?:answer|reply|respond))\b.{0,40}\b(?:no"
    r"|without(?: any)?) (?:filters?|guardrails|limits|restrictions)\b",
    r"^\W*(?:attention|guidance|instructions?|message|note|notice)[,:]? (?:for|to) (?:all |any"
    r" |the )?(?:ais?|bots?|computers|crawlers?|machines|models|programs|robots|search engines?)\b",
    rf"^\W*(?:attention|dear|for|guidance|hello|hey|instructions?|message|note|notice|to)\b"
    rf".{{0,40}}\b(?:{_MACHINE}|{_ASSISTANT})\b.{{0,250}}?[:,.!]",
    rf"\b{_MACHINE}\b.{{0,80}}\b{_MUST} (?:not |only |always |never )*{_TELL}\b",
    rf"\b{_MACHINE}\b.{{0,60}}\b(?:new|only|real) (?:instructions?|job|orders?|role|task)\b",
    r"\b(?:question[ -])?answering (?:bot|engine|model|program|software|system|tool)s?\b",
    r"\b(?:humans|people|readers)\b.{0,200}?\b(?:disregard|ignore|need not read|skip)\b"
    r".{0,40}\b(?:ais?|bots?|machines?|models?|programs?|robots?)\b",
    rf"\b(?:the|this|any|every) (?:{_MACHINE}|assistant|model|bot)['’]s (?:own )?{_REPLY}\b",
    # Your answer is to be thus.
    rf"\byour (?:[\w-]+ )?{_REPLY}s?\b.{{0,250}}?\b{_MUST} (?:not |only |always |also )*"
    rf"(?:begin|cite|consist|contain|end|include|mention|open|read|start|use)\b",
    rf"\b(?:an?|any|every|the) (?:answer|reply) (?:for|on|to) (?:the question )?\".{{0,250}}?\""
    rf" (?:[\w-]+ ){{0,2}}?{_MUST}\b",
    r"\b(?:articles|citations|references|sources)\b.{0,12}\b(?:are to|must|should) be (?:dropped"
    r"|ignored|left out|omitted|removed|skipped|suppressed)\b",
    rf"\b(?:begin|close|end|finish|open|preface|start) (?:your|every|each) (?:{_REPLY}|sentence)s?"
    rf" (?:by|with)\b|\b(?:begin|end|start) the {_ANSWER} (?:by|with)\b",
    rf"{_BEGIN}(?:answer|output|print|produce|reply|respond|return|write) (?:exactly|exclusively"
    rf"|just|nothing (?:but|else than|except)|only|solely)\b.{{0,30}}\b{_SHAPE}\b",
    rf"{_BEGIN}{_TELL}\b.{{1,120}}\b(?:at the (?:beginning|end|head|start|top) of|in|into|to)"
    rf" (?:your {_REPLY}|(?:the|any|every|each) {_ANSWER}\b(?! to))",
    rf"{_BEGIN}(?:do not|don['’]t|must not|never) (?:cite|mention|quote|reveal|use)\b.{{0,20}}"
    r"\b(?:articles|citations?|context|documents|instructions|passages|prompt|references"
    r"|sources)\b",
    rf"\b{_MUST} not (?:cite|mention|quote|use)\b.{{0,12}}\bother (?:articles|documents|passages"
    r"|sources)\b",
    # Whenever you are asked, say this.
    rf"\b(?:before|each time|if|once|when(?:ever)?|where(?:ver)?|while) (?:you (?:are )?(?:answer"
    rf"|asked|reply|respond|summari[sz]e)\w*|(?:an?|any|the) (?:reader|user)s? (?:asks?|wants? to"
    rf" know))\b.{{0,300}}?[,:;] (?:you {_MUST} |always |please |then |only )*{_TELL}\b",
    rf"\b(?:anybody|anyone|everybody|everyone|those|who(?:so)?ever)(?: who)? (?:is|are|gets)"
    rf" asked (?!for\b|to\b).{{0,250}}?\b{_MUST} {_TELL}\b",
    # Decode this and do it.
    r"\bbase[ -]?(?:16|32|64|85)\b|\brot[ -]?(?:13|47)\b",
    rf"{_BEGIN}(?:decipher|decode|decrypt|unscramble) (?:it|this|these|the (?:following|text)"
    r"|what follows)\b",
)

_TAGS = (
    r"<\|\s?\w{2,30}\s?\|>",
    r"\[/?(?:INST|SYS|SYSTEM|ASSISTANT|USER|PROMPT|INSTRUCTIONS?)\]",
    r"<</?SYS>>|<(?:start|end)_of_turn>",
    r"</?(?:system|assistant|human|instructions?|prompt|context|documents?)(?:\s[^<>]{0,80})?/?>",
    r"(?:```|~~~|\{\{[#/]?)\s?(?:assistant|instructions?|prompt|system|user)\b",
    r"^\W*(?:#{1,6}\s*)?(?:(?:ai )?assistant|system)(?: (?:instruction|message|note|override))?"
    r"\s?:",
    r"#{2,6}\s?(?:assistant|human|instructions?|system|user)\b",
)

_PERSIAN = (
    r"(?:دستور|راهنمایی|راهنما|قوانین|فرمان|پیام|گفته).{0,300}(?:نادیده بگیر|کنار بگذار|فراموش کن"
    r"|توجه نکن|اعتنا نکن)(?:ید)?(?!\w)",
    r"(?<!\w)(?:تو|شما) .{0,30}(?:دستیار|مدل زبانی|ربات|چت.?بات|هوش مصنوعی).{0,15}هستی(?:د)?(?!\w)",
    r"^\W*ای (?:دستیار|مدل|ربات|چت.?بات|هوش مصنوعی|سامانه)",
    r"(?:پاسخ|جواب|پرسش|سؤال|سوال).{0,300}(?<!\w)(?:فقط|تنها|همیشه)(?!\w).{0,60}(?<!\w)(?:بده|بدهید"
    r"|بنویس|بنویسید|بگو|بگویید|برگردان|برگردانید|بگذار|بگذارید)(?!\w)",
    r"(?:پاسخ|جواب)(?:ت|تان|‌ات|‌تان| خود)?(?!\w).{0,300}(?<!\w)(?:بده|بنویس|بگو|برگردان|بگذار"
    r"|شروع کن|آغاز کن|ذکر کن|بیاور)(?:ید)?(?!\w)",
    r"^\W*(?:پیام|یادداشت|توجه|دستور|راهنمایی?).{0,40}(?:سامانه|ربات|چت.?بات|دستیار|مدل زبانی)"
    r".{0,40}:",
    r"(?<!\w)(?:رمزگشایی|کدگشایی) کن(?:ید)?(?!\w)",
)

_ARABIC = (
    r"(?<!\w)(?:تجاهل|تجاهلي|تجاهلوا|انس|انسى|أهمل|لا تتبع).{0,30}(?:التعليمات|الأوامر|التوجيهات"
    r"|القواعد|ما سبق)",
    r"(?<!\w)(?:أنت|انت)(?: الآن)? (?:مساعد|نموذج|روبوت|ذكاء)",
    r"(?<!\w)(?:أجب|أجيبي|اكتب|ابدأ|ضع|اذكر).{0,60}(?:إجابتك|ردك|جوابك)",
    r"(?<!\w)(?:أجب|أجيبي|اكتب|رد) فقط(?!\w)|(?:إجابتك|ردك|جوابك).{0,40}(?:يجب|فقط)",
    r"(?<!\w)(?:فك|قم بفك) (?:تشفير|ترميز|شفرة)",
)

_HEBREW = (
    r"(?<!\w)(?:התעלם|התעלמי|התעלמו|שכח|שכחי).{0,30}(?:הוראות|ההוראות|הנחיות|ההנחיות)",
    r"(?<!\w)(?:אתה|את)(?: עכשיו)? (?:עוזר|מודל שפה|בוט|צ['׳]אטבוט|בינה)",
    r"(?<!\w)(?:ענה|עני|השב|כתוב|כתבי|התחל) .{0,60}(?:התשובה שלך|תשובתך|בתשובתך)",
    r"(?<!\w)(?:ענה|עני|השב|כתוב) רק(?!\w)|(?:התשובה שלך|תשובתך) .{0,40}(?:חייבת|צריכה|רק)",
    r"(?<!\w)(?:פענח|פענחי) את",
)

_ORDERS = re.compile("|".join(_ENGLISH), re.IGNORECASE)
_TAGGED = re.compile("|".join(_TAGS), re.IGNORECASE)
_OTHERS = re.compile("|".join((*_PERSIAN, *_ARABIC, *_HEBREW)))
_MOVED = frozenset(codecs.encode(word, "rot13") for word in STOP_WORDS)
_CODE = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@lru_cache(maxsize=8192)
def addresses_machine(sentence: str) -> bool:
    """Whether a sentence gives orders to whoever processes the text, or is written for a machine.

    English, Persian, Arabic and Hebrew; the tags of chat templates; base64 and rot13. What people
    say to people ("ignore the calls", "you are …") is none, nor is news about such machines.
    """
    text = _plain(sentence)
    tests: tuple[Callable[[str], object], ...] = (
        _TAGGED.search, _ORDERS.search, _OTHERS.search, _is_encoded, _is_scrambled,
    )  # fmt: skip
    return any(test(text) for test in tests)


def _plain(text: str) -> str:
    """Return the text as it looks: without invisible letters, with one kind of quotation mark."""
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", re.sub("[“”„«»]", '"', shown)).strip()


def _is_encoded(text: str) -> bool:
    """Whether a word of the text is base64 of something that can be read."""
    return any(
        len(word) >= ENCODED and _CODE.fullmatch(word) is not None and _is_base64(word)
        for word in (part.strip("\"'()[]<>.,:;") for part in text.split(" "))
    )


def _is_base64(word: str) -> bool:
    bare = word.rstrip("=")
    whole = bare[: len(bare) // 4 * 4]  # the last letters may have been cut off
    try:
        decoded = base64.b64decode(whole, altchars=b"-_" if set("-_") & set(whole) else None)
        shown = decoded.decode("utf-8", errors="replace")
    except (ValueError, binascii.Error):
        return False
    return sum(c.isprintable() and c != "\ufffd" for c in shown) >= PRINTABLE * len(shown)


def _is_scrambled(text: str) -> bool:
    """Whether some of the words are English once their letters are moved by thirteen places."""
    found = words(text)
    return any(
        _share(found[at : at + SCRAMBLED], _MOVED) > COMMON
        and _share(found[at : at + SCRAMBLED], STOP_WORDS) < COMMON / 2
        for at in range(len(found) - SCRAMBLED + 1)
    )


def _share(found: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in found) / len(found)
