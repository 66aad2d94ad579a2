"""The one spelling of a URL by which an article is recognised again."""

from urllib.parse import unquote_plus

from ingest.addresses import DEFAULT_PORTS, parse_url
from rag.errors import FetchRefused

_TRACKING_PREFIXES = ("utm_", "mtm_", "hsa_")
_TRACKING = frozenset(
    {
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "ysclid",
        "twclid",
        "ttclid",
        "li_fat_id",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "vero_id",
        "oly_anon_id",
        "oly_enc_id",
        "wickedid",
        "rb_clickid",
        "s_cid",
        "ns_mchannel",
        "ns_source",
        "ns_campaign",
        "ns_linkname",
        "ns_fee",
        "cmpid",
        "ocid",
        "smid",
        "smtyp",
        "ftag",
        "__twitter_impression",
        "_ga",
        "_gl",
        "spm",
        "srsltid",
        "sr_share",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "taid",
        "ncid",
        "soc_src",
        "soc_trk",
        "pk_campaign",
        "pk_kwd",
        "pk_source",
        "pk_medium",
        "at_medium",
        "at_campaign",
        "at_campaign_type",
        "at_link_id",
        "at_link_type",
        "at_link_origin",
        "at_format",
        "at_bbc_team",
        "at_ptr_name",
    }
)


def canonical_url(url: str) -> str:
    """Spell a web address in the one way that Dateline keeps.

    Scheme and host in lower case, no credentials, fragment, default port or tracking parameters;
    the other parameters are sorted by name, those of one name left in their order. What is not
    a web address is returned as it is. Applying it twice changes nothing more.
    """
    try:
        parsed = parse_url(url.strip())
    except FetchRefused:
        return url
    host = parsed.raw_host.decode("ascii")
    if not host:
        return url
    host = f"[{host}]" if ":" in host else host
    port = parsed.port
    number = "" if port in (None, DEFAULT_PORTS[parsed.scheme]) else f":{port}"
    path, _, query = parsed.raw_path.decode("ascii").partition("?")
    kept = _kept(query)
    return f"{parsed.scheme}://{host}{number}{path or '/'}" + (f"?{kept}" if kept else "")


def _kept(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and not _tracks(pair)]
    return "&".join(sorted(pairs, key=_name))


def _tracks(pair: str) -> bool:
    name = unquote_plus(_name(pair)).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _name(pair: str) -> str:
    return pair.partition("=")[0]
