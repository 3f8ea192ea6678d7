"""Which permissions are there? Asked by calling what only reads, and seeing whether Amazon refuses.

Sending and confirming cannot be tried without doing them; the test mail and the Confirm button prove those.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.aws.access import Access
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis

REFUSED = ("permission-missing", "denied-by-organisation", "denied-explicitly")


@dataclass(frozen=True, slots=True)
class Probe:
    """One reading call and the permission it needs."""

    action: str
    service: str
    ask: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Missing:
    """A permission that Amazon refused, with its diagnosis."""

    action: str
    finding: Diagnosis


PROBES: dict[str, tuple[Probe, ...]] = {
    "review": (
        Probe("ses:ListConfigurationSets", "sesv2", lambda one: one.list_configuration_sets(PageSize=1)),
        Probe(
            "ses:GetIdentityNotificationAttributes",
            "ses",
            lambda one: one.get_identity_notification_attributes(Identities=["example.com"]),
        ),
    ),
    "suppression": (
        Probe(
            "ses:ListSuppressedDestinations",
            "sesv2",
            lambda one: one.list_suppressed_destinations(PageSize=1),
        ),
    ),
    "contacts": (Probe("ses:ListContactLists", "sesv2", lambda one: one.list_contact_lists(PageSize=1)),),
}


def probe(access: Access, features: Sequence[str]) -> tuple[list[Missing], list[Diagnosis]]:
    """The permissions that are missing for these features and for the review, and what could not be tried."""
    return tried(access, list(dict.fromkeys(("review", *features))))


def tried(access: Access, features: Sequence[str]) -> tuple[list[Missing], list[Diagnosis]]:
    """The same for these features alone."""
    missing: list[Missing] = []
    unclear: list[Diagnosis] = []
    for feature in features:
        for one in PROBES.get(feature, ()):
            try:
                one.ask(access.client(one.service))
            except Exception as error:  # a refusal is the answer here, whatever its class
                said = explain(
                    error,
                    Context(region=access.region, service="ses", operation=one.action.partition(":")[2]),
                )
                if said.reference in REFUSED:
                    missing.append(Missing(one.action, said))
                else:
                    unclear.append(said)
    return missing, unclear


def together(missing: Sequence[Missing]) -> Diagnosis:
    """One diagnosis for all that is missing, with one statement to copy."""
    first = missing[0].finding
    if first.reference != "permission-missing" or len(missing) == 1:
        return first
    statement = {
        "Sid": "SesDeskMissing",
        "Effect": "Allow",
        "Action": [each.action for each in missing],
        "Resource": "*",
    }
    meaning = (
        "Amazon knows who is asking. The user's policy does not include "
        + ", ".join(each.action for each in missing)
        + "."
    )
    return replace(
        finding("permission-missing"),
        meaning=meaning,
        snippet=json.dumps(statement, indent=2),
        evidence=first.evidence,
    )
