"""Text made plain: one form for every character, and no paragraph that is not the article's."""

import re
import unicodedata

ZWNJ = "\u200c"

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties) without ZWNJ, and the control
# characters that are not white space, interlinear marks, lone surrogates and noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufeff"
# In Persian the non-joiner separates the parts of a word; anywhere else it only hides.
_ZWNJ_RUN = re.compile(f"{ZWNJ}+")
_STRAY_ZWNJ = re.compile(f"(?<![{_ARABIC}]){ZWNJ}|{ZWNJ}(?![{_ARABIC}])")


def normalise(text: str) -> str:
    """Return `text` in NFC on one line: single spaces, nothing invisible; idempotent.

    Zero-width, bidirectional, tag, variation and control characters, soft hyphens, lone
    surrogates and NUL go; the zero-width non-joiner stays between letters of Arabic script.
    """
    if text.isascii():
        return " ".join(_INVISIBLE.sub("", text).split())
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    if ZWNJ in text:
        text = _STRAY_ZWNJ.sub("", _ZWNJ_RUN.sub(ZWNJ, text))
        # A removed non-joiner may bring a letter and its mark together.
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


MAX_BOILERPLATE = 240

_AGENCY = r"(?:getty(?: images)?|reuters|ap|afp|epa|shutterstock|associated press|anadolu|wana)"
_PLATFORM = (
    r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|telegram|reddit|youtube|tiktok|threads|"
    r"bluesky|mastodon|e-?mail|google news|flipboard|pinterest|messenger|rss|spotify)"
)
_JOIN = r"(?:\s*[,/|·•&]\s*|\s+and\s+|\s+)"
_PLATFORMS = rf"{_PLATFORM}(?:{_JOIN}{_PLATFORM})*"
_SHARE = r"(?:share|tweet|print|e-?mail|save|copy link|comments?|listen|subscribe|follow|repost)"
_LETTER = r"(?:newsletters?|e-?mails?|alerts?|inbox|updates?|channel|podcast|briefings?)"

# Labels, buttons and bars: never with a full stop, so that "Listen." of a speaker stays.
_LABELS = (
    rf"{_SHARE}(?:{_JOIN}{_SHARE})*",
    rf"{_PLATFORM}(?:{_JOIN}{_PLATFORM})+",
    r"(?:share|post|save|tweet)(?: (?:this|the))?(?: (?:article|story|post|page))?"
    rf"(?: (?:on|to|via|with))?(?: {_PLATFORMS})?",
    rf"(?:please )?(?:like|follow|join|find) [@\w ]{{1,30}} (?:on|at) (?:our )?{_PLATFORMS}"
    r"(?:\s*[:@]\s*\S+)?",
    r"opens? in (?:a )?new (?:window|tab)",
    r"\d+ (?:comments?|shares?|likes?)",
    r"(?:click to )?cop(?:y|ied)(?: (?:link|url))?(?: to clipboard)?",
    r"(?:listen|play|hear)(?: (?:to )?(?:this|the) (?:article|story|episode|audio|post))?"
    r"(?:\s*[(:·•|-]?\s*\d+(?::\d+)?\s*(?:min(?:ute)?s?)?\)?)?",
    r"(?:watch|play)(?: (?:the |this )?(?:video|now|live))?(?:\s*\d+:\d+)?",
    r"\d{1,2}:\d{2}\s*/\s*\d{1,2}:\d{2}",
    r"(?:subscribe|sign up)(?: (?:now|here|today|free))*",
    r"(?:enter )?your e-?mail(?: address)?",
    r"(?:log ?in|sign in)(?: (?:to|or|here|now)\b[^.]{0,40})?",
    r"(?:accept|reject|manage|allow)(?: all)?(?: (?:our|optional|your))? cookies?"
    r"(?: (?:settings|preferences))?",
    r"cookie (?:settings|preferences|policy|notice)",
    r"(?:privacy policy|terms of (?:use|service))(?:\s*[|·,&]\s*[^.]{0,60})?",
    r"(?:read|see|watch|listen) (?:more|also|next)\s*:?",
    r"(?:related|recommended|more|most|top|trending|latest)"
    r" (?:articles?|stories|topics|content|posts|reads?|read|popular|news|from [^.,:;]{1,40})",
    r"(?:continue|keep) reading(?: (?:below|the main story))?",
    r"(?:story|article) continues (?:below|after)(?: [^.]{1,40})?",
    r"skip (?:to (?:the )?(?:main )?content|advertisement|past newsletter[^.]{0,30})",
    r"back to top|(?:load|show) more|view (?:all|comments)|leave a (?:comment|reply)",
    r"(?:paid )?advert(?:isement)?s?(?:\s*[-–:][^.]{0,40})?|sponsored(?: content)?",
    r"(?:photo|image|picture|video|photograph|illustration)(?: credit)?s?\s*(?:by\b|:)"
    r"\s*[^.!?]{2,60}",
)
# Whole sentences that only a page says, with or without a full stop.
_SENTENCES = (
    r"[#*_=~·•.\-–—\s]+",  # ###, * * *, rules
    r"[-–—#*]+\s*30\s*[-–—#*]+|[-–—#*\s]*end[-–—#*\s]*|[(\[]?ends?[)\]]?",
    r"[(\[]?end of (?:transcript|article|story)[)\]]?",
    r"(?:please )?follow us(?: (?:on|at)\b.{0,60})?",
    r"listen to (?:this|the) (?:article|story|episode|audio|post)(?:\s*[(:·•|-]?\s*\d.{0,12})?",
    r"(?:this (?:article|audio|story) (?:was|is) )?(?:produced|narrated|read) by .{1,80}"
    r"\b(?:using|with) (?:an? )?(?:ai|automated|synthetic|text-to-speech)"
    r"(?: (?:narration|voice|audio|speech|technology|narrator))+",
    r"(?:your|this) browser (?:does not|doesn['’]t) support .{1,60}",
    r"(?:please )?(?:enable|turn on) javascript.{0,80}",
    rf"sign up (?:for|to|here)\b[^,]{{0,100}}\b{_LETTER}"
    r"(?: (?:here|now|today|below|to|delivered|straight|and|every|for)\b.{0,60})?",
    rf"subscribe (?:to|for) (?:our|the|my|this)\b[^,]{{0,100}}\b{_LETTER}(?: .{{0,40}})?",
    rf"get (?:the|our) [^,]{{0,60}}\b{_LETTER}(?: (?:in|every|each|to)\b.{{0,40}})?",
    r"already (?:a subscriber|have an account)\?.{0,30}",
    r"this (?:article|story) is for subscribers only.{0,60}",
    r"(?:we|(?:this|our) (?:web)?site)(?: and our partners)? uses? cookies\b.{0,120}"
    r"\b(?:site|experience|browser|advert\w*|ads|analy\w+|preferences|accept|privacy)\b.{0,80}",
    r"by (?:continuing|using|clicking|signing up|subscribing)\b.{0,80}"
    r"\byou (?:agree|consent|accept)\b.{0,120}",
    r"(?:read more|see also|read also|also read|watch more|more on this|related|"
    r"related (?:articles?|stories|topics|content|posts))\s*:.{0,150}",
    r"(?:[^a-z]{0,40}|.{0,20}(?:©|copyright|\d{4}).{0,80}|.{0,80}\b(?:inc|ltd|llc|corp)\.?,?\s*)"
    r"all rights reserved[\s.\d©]*(?:\(.{0,40}\))?",
    r"(?:this material|this content) may not be (?:published|reproduced|copied)\b.{0,120}",
    r"(?:©|\(c\)\s*(?:copyright\s*)?\d{4}).{0,100}",
    r"(?:photos?|photographs?|pictures?|images?|video|illustration|credit|source|photo credit|"
    rf"image credit|image source)\s*:.{{0,100}}\b{_AGENCY}(?: images| photo)?",
    r"(?:photos?|photographs?|pictures?|images?|illustration) by\b.{0,80}"
    rf"(?:/|,)\s*{_AGENCY}(?: images| photo)?",
    rf"{_AGENCY}(?:\s*/\s*|\s+via\s+){_AGENCY}",
)
# Names only, so the case of the letters counts: "Jane Doe/Getty Images", "Copyright 2024 The Post".
_NAMES = (
    r"\(?[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|al|bin|de|van|via|and)){0,7}\s*/\s*"
    rf"(?i:{_AGENCY})(?: Images)?\)?",
    r"(?i:copyright)(?: (?:©|\([cC]\)))?(?: by)? \d{4}"
    r"(?:[ ,]+(?:[A-Z0-9&][\w.,&'’-]*|of|and|by|the))*",
)


def _any_of(patterns: tuple[str, ...], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


_LABEL_LINE = _any_of(_LABELS, re.IGNORECASE)
_SENTENCE_LINE = _any_of(_SENTENCES, re.IGNORECASE)
_NAME_LINE = _any_of(_NAMES)
_ARROWS = " \t!›»>→…"


def is_boilerplate(paragraph: str) -> bool:
    """Whether a whole normalised paragraph is furniture of a page, never prose that mentions it.

    Every pattern is anchored at both ends, and a paragraph of more than 240 characters is kept.
    """
    if len(paragraph) > MAX_BOILERPLATE:
        return False
    line = paragraph.rstrip(_ARROWS) or paragraph
    stripped = line.rstrip(". ") or line
    return (
        _LABEL_LINE.fullmatch(line) is not None
        or _SENTENCE_LINE.fullmatch(stripped) is not None
        or _NAME_LINE.fullmatch(stripped) is not None
    )
