"""Which mailbox provider a domain belongs to. Only domains that everybody knows; company mail is `other`."""

from functools import lru_cache

OTHER = "other"

# Providers with one name under many endings (yahoo.fr, hotmail.co.uk): the first label decides.
_NAMES = {
    "hotmail": "microsoft", "outlook": "microsoft", "live": "microsoft", "windowslive": "microsoft",
    "yahoo": "yahoo", "aol": "yahoo",
    "gmx": "gmx", "yandex": "yandex", "zoho": "zoho",
}  # fmt: skip
_ENDINGS = frozenset(
    ["com", "net", "org", "de", "fr", "it", "es", "nl", "be", "at", "ch", "se", "no", "dk", "fi", "ie", "pt", "gr", "pl", "cz", "hu", "ro", "ru", "ua", "tr", "in", "jp", "cn", "kr", "hk", "sg", "my", "th", "ph", "id", "vn", "tw", "il", "za", "ca", "mx", "cl", "ar", "pe", "ve", "cat", "co.uk", "co.in", "co.id", "co.jp", "co.kr", "co.nz", "co.za", "co.th", "co.il", "com.au", "com.br", "com.ar", "com.mx", "com.cn", "com.hk", "com.my", "com.ph", "com.sg", "com.tr", "com.tw", "com.vn", "com.ve", "com.pe", "com.co", "us", "eu", "info", "biz", "by", "kz", "uz", "az", "lt", "lv", "ee", "hr", "rs", "bg", "sk", "si", "kg", "md", "am", "ge", "com.ge", "com.am", "co", "eu.com"]
)  # fmt: skip
_DOMAINS = {
    **dict.fromkeys(("gmail.com", "googlemail.com", "google.com"), "google"),
    **dict.fromkeys(("msn.com", "passport.com", "microsoft.com", "hotmail.com", "live.com"), "microsoft"),
    **dict.fromkeys(("ymail.com", "rocketmail.com", "myyahoo.com", "aim.com", "verizon.net", "netscape.net"), "yahoo"),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com", "privaterelay.appleid.com"), "apple"),
    **dict.fromkeys(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), "proton"),
    **dict.fromkeys(("web.de", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "mail.com", "1und1.de"), "united-internet"),
    **dict.fromkeys(("t-online.de", "magenta.de"), "telekom"),
    **dict.fromkeys(("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"), "mail.ru"),
    **dict.fromkeys(("ya.ru", "yandex.ru", "yandex.com"), "yandex"),
    **dict.fromkeys(("qq.com", "foxmail.com", "vip.qq.com"), "tencent"),
    **dict.fromkeys(("163.com", "126.com", "yeah.net", "vip.163.com"), "netease"),
    **dict.fromkeys(("naver.com",), "naver"),
    **dict.fromkeys(("daum.net", "hanmail.net", "kakao.com"), "kakao"),
    **dict.fromkeys(("orange.fr", "wanadoo.fr"), "orange"),
    **dict.fromkeys(("free.fr",), "free"),
    **dict.fromkeys(("laposte.net",), "laposte"),
    **dict.fromkeys(("libero.it", "virgilio.it", "iol.it", "inwind.it"), "libero"),
    **dict.fromkeys(("comcast.net", "xfinity.com"), "comcast"),
    **dict.fromkeys(("att.net", "sbcglobal.net", "bellsouth.net"), "yahoo"),
    **dict.fromkeys(("cox.net",), "yahoo"),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), "fastmail"),
    **dict.fromkeys(("seznam.cz", "email.cz", "post.cz"), "seznam"),
    **dict.fromkeys(("wp.pl", "o2.pl"), "wp"),
    **dict.fromkeys(("onet.pl", "op.pl", "poczta.onet.pl"), "onet"),
    **dict.fromkeys(("rediffmail.com",), "rediff"),
    **dict.fromkeys(("docomo.ne.jp",), "docomo"),
}  # fmt: skip
NAMES = tuple(sorted({*_NAMES.values(), *_DOMAINS.values(), OTHER} - {"gmx"}))


@lru_cache(maxsize=16_384)
def provider_of(domain: str) -> str:
    """The provider of a normalised domain: google, microsoft, yahoo, apple, … or `other`."""
    known = _DOMAINS.get(domain)
    if known:
        return known
    name, _, ending = domain.partition(".")
    found = _NAMES.get(name) if ending in _ENDINGS else None
    return "united-internet" if found == "gmx" else found or OTHER
