"""Drawings for the keys and the sender: IAM user, policy, access key, identities."""

from pages.drawings.pen import Pen
from pages.drawings.scene import Scene


def _user(pen: Pen) -> None:
    pen.window("IAM", "Users")
    at = pen.menu(("Dashboard", "User groups", "Users", "Roles", "Policies"), "Users")
    pen.mark(16, at + 2, 108, 20, 1)
    pen.word(160, 72, "Users", size=16, bold=True)
    pen.button(296, 54, 104, "Create user")
    pen.mark(296, 54, 104, 28, 2)
    pen.box(160, 122, 240, "User name", "ses-desk")
    pen.choice(160, 176, "Console access: leave this off", False, square=True)


def _policy(pen: Pen) -> None:
    pen.window("IAM", "Users", "ses-desk")
    pen.word(16, 64, "Permissions", size=15, bold=True)
    pen.button(232, 46, 168, "Create inline policy", main=False)
    pen.mark(232, 46, 168, 28, 1)
    pen.word(16, 102, "Visual", pen.ink.muted)
    pen.rect(70, 86, 56, 24, pen.ink.bar, pen.ink.line, 5)
    pen.word(98, 102.5, "JSON", bold=True, anchor="middle")
    pen.mark(70, 86, 56, 24, 2)
    pen.rect(16, 124, 384, 52, pen.ink.fill, pen.ink.line)
    pen.word(28, 145, '{ "Version": "2012-10-17",', pen.ink.muted, 12)
    pen.word(28, 164, "paste the policy from this page here", size=13, bold=True)
    pen.button(296, 190, 104, "Next")


def _key(pen: Pen) -> None:
    pen.window("IAM", "Users", "ses-desk")
    pen.word(16, 62, "Security credentials", size=15, bold=True)
    pen.mark(16, 46, 156, 22, 1)
    pen.word(16, 102, "Access keys", bold=True)
    pen.button(262, 84, 138, "Create access key")
    pen.mark(262, 84, 138, 28, 2)
    pen.word(16, 138, "Use case", pen.ink.muted, 12)
    pen.choice(16, 148, "Local code", False)
    pen.choice(16, 174, "Third-party service", True)
    pen.mark(16, 172, 150, 20, 3)
    pen.button(322, 168, 78, "Next")


def _csv(pen: Pen) -> None:
    pen.window("Create access key", "Retrieve access keys")
    pen.word(16, 62, "Access key", pen.ink.muted, 12)
    pen.word(16, 82, "AKIA················", size=14)
    pen.word(220, 62, "Secret access key", pen.ink.muted, 12)
    pen.word(220, 82, "·····················", size=14)
    pen.word(372, 82, "Show", pen.ink.muted, 13, True)
    pen.row(106, ((16, "Shown only once: take it with you now.", pen.ink.muted),), line=False)
    pen.button(148, 128, 150, "Download .csv file", main=False)
    pen.mark(148, 128, 150, 28, 1)
    pen.button(322, 128, 78, "Done")


def _identities(pen: Pen) -> None:
    pen.window("Amazon SES", "Configuration", "Identities")
    at = pen.menu(
        ("Account dashboard", "Configuration", "Identities", "Configuration sets"), "Identities", width=136
    )
    pen.mark(16, at + 2, 118, 20, 1)
    pen.row(66, ((170, "Identity", pen.ink.muted), (322, "Status", pen.ink.muted)))
    pen.row(98, ((170, "example.com", ""), (322, "✓ Verified", pen.ink.good)))
    pen.mark(170, 81, 232, 24, 2)
    pen.row(130, ((170, "news@example.org", ""), (322, "◌ Pending", pen.ink.muted)))
    pen.button(282, 150, 118, "Create identity", main=False)


SCENES = (
    Scene(
        "iam-user",
        "IAM console: choose 1 Users in the menu, then 2 Create user. Name it ses-desk and leave console access off.",
        208,
        _user,
    ),
    Scene(
        "iam-policy",
        "The user's Permissions: choose 1 Create inline policy, then 2 the JSON tab, and paste the policy from this page.",
        230,
        _policy,
    ),
    Scene(
        "access-key",
        "The user's 1 Security credentials: choose 2 Create access key, then the use case 3 Third-party service, and Next.",
        210,
        _key,
    ),
    Scene(
        "access-key-csv",
        "The last screen shows both keys once: choose 1 Download .csv file before Done.",
        176,
        _csv,
    ),
    Scene(
        "identities",
        "SES console: choose 1 Identities in the menu; use as sender an address or domain that says 2 Verified.",
        194,
        _identities,
    ),
)
