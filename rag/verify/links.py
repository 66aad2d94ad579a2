"""Links in a text: found in every form in which a reader or a program could follow them."""

import re

_TLD = (
    r"(?:com|org|net|gov|edu|mil|int|info|biz|io|ai|app|dev|co|me|tv|ly|gl|gd|xyz|top|site|online"
    r"|shop|club|live|news|link|page|cloud|ir|il|iq|lb|sy|ye|qa|sa|ae|uk|us|eu|de|fr|ru|cn|nl|se"
    r"|ch|ca|au|tk|ml|cf|onion|example|test|invalid|local|zip|mov)"
)
_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = rf"(?:{_LABEL}{_DOT})+"
ADDRESS = re.compile(
    r"(?:\b(?:view-source:|blob:)?(?:h\s?(?:tt|xx)\s?ps?|ftps?|file|wss?|ssh|git|tel|ipfs)"
    r"\s?(?::|\[:\])\s?(?:/|\\|\[/\])\S*"
    r"|\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)\S*"
    r"|(?:javascript|vbscript|livescript|mailto)\s?:\s?\S*"
    r"|\b(?:data|tel|sms|magnet|about|blob):(?=[\w/+?])\S+"
    rf"|\bwww{_DOT}\S*"
    r"|[\w.+%-]+\s?(?:@|[\[(]\s?at\s?[\])])\s?" + _DOMAIN + r"\w{2,24}\b"
    rf"|\b{_DOMAIN}[^\W\d_]{{2,24}}(?:[/?#\\]|:\d)\S*"
    rf"|\b{_DOMAIN}(?-i:{_TLD}|{_TLD.upper()})\b"
    rf"|\b{_LABEL}\s(?:dot|DOT)\s{_TLD}\b(?:\s(?:slash|SLASH)\s\S+)?"
    r"|(?<!\w)//[\w-]+\.[\w-]\S*"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b(?:[:/]\S*)?)",
    re.IGNORECASE,
)
"""URLs of any scheme, defanged ones, domains, e-mail and IP addresses."""

_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)|\[([^\[\]]+)\]\[[^\[\]]*\]")
_ANGLED = re.compile(r"<\s*(?:" + ADDRESS.pattern + r")\s*>", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*[(\[]\s*(?:(?:see|via|source|link|read more|more)(?: (?:at|here|on))?\s*:?\s*)?"
    r"(?:" + ADDRESS.pattern + r")\s*[)\]]",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?<=[.!?…\"”’])\s*(?:[-–—(]\s*)?(?:(?:see|via|source|link|read more|more)"
    r"(?: (?:at|here|on))?\s*:?\s*)?(?:" + ADDRESS.pattern + r")\W*$",
    re.IGNORECASE,
)


def without_links(text: str) -> str:
    """Return a text without its links, or nothing where what is left would be no sentence.

    Of a Markdown link the words are kept, of an image nothing. An address in brackets or behind
    the full stop is cut out; one within the sentence takes the sentence along, for "Read more at"
    says nothing without it.
    """
    text = _IMAGE.sub(" ", text)
    text = _LINK.sub(lambda m: m[1] or m[2] or " ", text)
    text = _ANGLED.sub(lambda m: m.group()[1:-1], text)
    text = _TRAILING.sub("", _ASIDE.sub("", text))
    return "" if ADDRESS.search(text) else text
