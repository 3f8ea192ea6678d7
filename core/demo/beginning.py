"""The world as the demo Amazon first wakes up: an account with production access in Ireland, in the sandbox elsewhere.

Names are from the domains kept for examples (RFC 2606). The senders show every state a person can meet.
"""

import hashlib
import secrets
from typing import Any

from core.demo import places
from core.demo.signing import smtp_pairs, sns_pair
from core.demo.world import AccessKey, ConfigurationSet, Identity, Region, World

HOME = "eu-west-1"
# What the user of the demo's own key may do: all of what a console would, for mail; in IAM, care for its own keys alone.
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["ses:*", "sns:*", "sqs:*", "cloudwatch:*", "kms:*"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "iam:Get*",
                "iam:List*",
                "iam:UpdateAccessKey",
                "iam:CreateAccessKey",
                "iam:DeleteAccessKey",
            ],
            "Resource": "arn:aws:iam::*:user/${aws:username}",
        },
    ],
}
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def new_world(now: int) -> World:
    """A fresh account with its own random keys and certificates."""
    pair = sns_pair(now)
    authority, server = smtp_pairs(now)
    world = World(pair.key, pair.certificate, pair.file_name, authority, server.certificate, server.key)
    key = new_key(policy=POLICY, created_at=now)
    world.keys[key.id] = key
    world.names = _slips("pending.example.org")
    for code in places.ALL:
        if code not in places.NO_SES:
            world.regions[code] = _region(code, now)
    return world


def _slips(domain: str) -> dict[str, dict[str, list[str]]]:
    """What somebody published for a domain who made the slips that everybody makes."""
    right, twice, behind = dkim_tokens(domain)
    alias = {token: {"CNAME": [f"{token}.dkim.amazonses.com"]} for token in (right, twice)}
    return {
        f"{right}._domainkey.{domain}": alias[right],
        f"{twice}._domainkey.{domain}.{domain}": alias[twice],
        f"{behind}._domainkey.{domain}": {"A": ["203.0.113.7"]},
        domain: {"TXT": ["v=spf1 mx ~all", "v=spf1 include:amazonses.com ~all", "v=DMARC1; p=none"]},
    }


def new_key(temporary: bool = False, **more: object) -> AccessKey:
    """A random access key: AKIA and sixteen characters, ASIA for a temporary one."""
    head = "ASIA" if temporary else "AKIA"
    name = head + "".join(secrets.choice(_ALPHABET) for _ in range(16))
    token = secrets.token_urlsafe(96) if temporary else ""
    secret = secrets.token_urlsafe(30).replace("-", "/").replace("_", "+")
    return AccessKey(name, secret, session_token=token, **more)  # type: ignore[arg-type]


def dkim_tokens(name: str) -> list[str]:
    """Three names for the DKIM records, the same ones for the same domain."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return [digest[start : start + 20] + "demo" for start in (0, 20, 40)]


def verified(name: str, now: int, mail_from: str = "") -> Identity:
    """A sender that has passed its checks."""
    domain = "@" not in name
    return Identity(
        name,
        status="SUCCESS",
        checked_at=now,
        dkim_signing=domain,
        dkim_status="SUCCESS" if domain else "NOT_STARTED",
        dkim_tokens=dkim_tokens(name) if domain else [],
        mail_from=mail_from,
        mail_from_status="SUCCESS" if mail_from else "",
    )


def _region(code: str, now: int) -> Region:
    region = Region(code, enabled=code not in places.OPT_IN)
    if not region.enabled:
        return region
    if code == HOME:
        region.production, region.max_24_hours, region.max_rate = True, 50_000.0, 14.0
        region.reputation = {"BounceRate": 0.0134, "ComplaintRate": 0.0004}
        region.details = {
            "MailType": "MARKETING",
            "WebsiteURL": "https://www.example.com",
            "ContactLanguage": "EN",
            "UseCaseDescription": "Newsletters and receipts to people who asked for them.",
            "ReviewDetails": {"Status": "GRANTED", "CaseId": "000000000000001"},
        }
        senders = [
            verified("example.com", now, "bounce.example.com"),
            verified("news.example.com", now),
            verified("hello@example.net", now),
            Identity(
                "pending.example.org",
                status="PENDING",
                dkim_status="PENDING",
                dkim_tokens=dkim_tokens("pending.example.org"),
            ),
            Identity(
                "old.example.org",
                status="FAILED",
                error_type="HOST_NOT_FOUND",
                checked_at=now,
                dkim_status="FAILED",
                dkim_tokens=dkim_tokens("old.example.org"),
            ),
        ]
        sets = [
            ConfigurationSet(name, {"SendingOptions": {"SendingEnabled": True}})
            for name in ("newsletter", "transactional")
        ]
        region.configuration_sets = {each.name: each for each in sets}
    else:
        senders = [
            verified("you@example.com", now),
            Identity("example.net", dkim_tokens=dkim_tokens("example.net")),
        ]
        senders[1].dkim_status = "PENDING"
    region.identities = {each.name: each for each in senders}
    return region
