"""Who mails whom in the sample: three streams of a small shop, with a believable week. The same day always gives the same mail."""

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from core.demo import stories
from core.demo.mail import Mail
from core.moment import DAY, HOUR

REGION = "eu-west-1"
SEED = "SES Desk sample mail"
FIRST = (
    "anna", "ben", "clara", "daan", "elif", "femke", "gita", "hugo", "ines", "jonas", "karin", "liam", "mira", "noah",
    "olga", "paul", "rosa", "sven", "tara", "uma", "vera", "wim", "yara", "zoe",
)  # fmt: skip
LAST = (
    "adams", "bakker", "costa", "dubois", "eriksen", "fischer", "garcia", "hansen", "ivanov", "jansen", "keller",
    "lopez", "meyer", "novak", "okafor", "peeters", "rossi", "smith", "tanaka", "visser", "weber", "young",
)  # fmt: skip
# Where people have their mail, in percent. Names with "demo" in them belong to nobody.
DOMAINS = {
    "gmail.com": 33, "outlook.com": 9, "hotmail.com": 9, "yahoo.com": 8, "yahoo.co.uk": 2, "yahoo.de": 1, "aol.com": 1,
    "icloud.com": 8, "gmx.de": 5, "web.de": 3, "t-online.de": 2, "orange.fr": 2, "proton.me": 2, "acme.example": 6,
    "mail.example.org": 5, "school.example": 4,
}  # fmt: skip
_DOMAIN_NAMES, _DOMAIN_SUMS = list(DOMAINS), list(accumulate(DOMAINS.values()))


@dataclass(frozen=True)
class Stream:
    """One kind of mail. `weekdays`: mails on each day from Monday on, give or take a tenth."""

    source: str
    identity: str
    subject: str
    weekdays: tuple[int, ...]
    configuration_set: str = ""  # empty: reported by the identity's own notifications alone
    tags: dict[str, str] = field(default_factory=dict)
    hours: tuple[int, int] = (8, 10)  # UTC hours between which it goes out
    bounced: float = 0.004
    opened: float = 0.0


STREAMS = (
    Stream(
        "Example Shop <news@news.example.com>", "news.example.com", "What is new this week",
        (0, 1_800, 0, 1_700, 0, 0, 0), "newsletter", {"list": "customers", "kind": "newsletter"}, opened=0.36,
    ),
    Stream(
        "Example Shop <orders@example.com>", "example.com", "Your order",
        (350, 370, 360, 380, 440, 260, 200), "transactional", {"kind": "receipt"}, (0, 23), 0.003, 0.30,
    ),
    Stream(
        "Hello from Example <hello@example.net>", "hello@example.net", "An invitation",
        (0, 0, 1_300, 0, 0, 140, 0), hours=(12, 15), bounced=0.006,
    ),
)  # fmt: skip
BAD_IMPORT = Stream(
    "Example Shop <news@news.example.com>", "news.example.com", "Nice to have met you at the fair",
    (), "newsletter", {"list": stories.IMPORT_LIST, "kind": "newsletter"}, (13, 15), stories.IMPORT_BOUNCED, 0.08,
)  # fmt: skip


def mails_of(day: int, days_ago: int) -> Iterator[tuple[Stream, Mail, random.Random, bool]]:
    """Every mail of one day (counted from 1970), with the dice that decide what becomes of it, and whether it annoys.

    At most one of a large mailing does: a small account, well kept.
    """
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    plan = [(stream, stream.weekdays[weekday]) for stream in STREAMS if stream.weekdays[weekday]]
    if days_ago == stories.IMPORT_DAYS_AGO:
        plan.append((BAD_IMPORT, stories.IMPORT_SIZE))
    for number, (stream, usual) in enumerate(plan):
        dice = random.Random(f"{SEED} {day} {number} {stream.identity}")  # noqa: S311 - sample mail, no secret
        count = round(usual * dice.uniform(0.9, 1.1))
        complains = dice.randrange(count) if count > 1_000 and dice.random() < 0.8 else -1
        for place in range(count):
            yield stream, _mail(stream, day, dice), dice, place == complains


def _mail(stream: Stream, day: int, dice: random.Random) -> Mail:
    first, last = stream.hours
    at = day * DAY + first * HOUR + int(dice.random() ** 1.5 * (last - first) * HOUR)
    first_name, last_name = FIRST[int(dice.random() * len(FIRST))], LAST[int(dice.random() * len(LAST))]
    name = f"{first_name}.{last_name}.demo{int(dice.random() * 60)}"
    recipient = f"{name}@{_DOMAIN_NAMES[bisect(_DOMAIN_SUMS, dice.random() * _DOMAIN_SUMS[-1])]}"
    mail = Mail(
        stream.source,
        [recipient],
        [("From", stream.source), ("To", recipient), ("Subject", stream.subject)],
        {"from": [stream.source], "to": [recipient], "subject": stream.subject},
        {tag: [value] for tag, value in stream.tags.items()},
        stream.configuration_set,
        "SendEmail",
        "192.0.2.80",
    )
    mail.sent_at, mail.identity, mail.region, mail.caller = at, stream.identity, REGION, "ses-desk"
    mail.message_id = f"0102{at:012x}-{identifier(dice)}-000000"
    return mail


def identifier(dice: random.Random) -> str:
    """A number in the form of a UUID."""
    text = f"{dice.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def soon(dice: random.Random, least: int, most: int) -> int:
    """So many milliseconds, mostly few."""
    return least + int(dice.random() ** 3 * (most - least))
