"""May this key do everything? Read from the policies of its user where it may, else asked of IAM's simulator.

That a key may not even ask is an answer too: who may do everything may ask this. It holds only for a refusal because nothing
allows it; one by an explicit deny says nothing of the rest. Source: IAM API reference; "Policy evaluation logic".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis

EVERYTHING, MUCH, MAIL, UNKNOWN = "everything", "much", "mail", "unknown"
ADMINISTRATOR, POWER_USER, FULL_ACCESS = "AdministratorAccess", "PowerUserAccess", "AmazonSESFullAccess"
# Of these an e-mail key needs none. Who may make users may make itself anything.
TELLING = ("iam:CreateUser", "ec2:RunInstances", "s3:DeleteBucket")
MOST = 10  # groups and inline policies that are read; a user is in ten groups at most
NOT_ASKED = (
    "Not an administrator's: it may not even ask what it may do. Which other services it may use is not seen."
)
ALL_READ = "Not an administrator's: its policies were read, and none allows everything."
UNSAID = "no identity-based policy allows"


@dataclass(frozen=True, slots=True)
class Powers:
    """How much a key may do: EVERYTHING, MUCH (nearly every service), MAIL (neither was found), UNKNOWN.

    `why` names the policy, in a sentence; `refused` is what stood in the way where it is not known.
    """

    reach: str
    why: str
    refused: Diagnosis | None = None


def powers(access: Access, arn: str) -> Powers:
    """Of an IAM user's key; `arn` as GetCallerIdentity says it. Raises nothing that Amazon refuses, but what the network does."""
    user = arn.rsplit("/", 1)[-1]
    iam = access.client("iam")
    seen, refusals = _read(iam, user)
    for reach in (EVERYTHING, MUCH):
        for found, why in seen:
            if found == reach:
                return Powers(reach, why)
    simulated, refused = _asked(iam.simulate_principal_policy, PolicySourceArn=arn, ActionNames=list(TELLING))
    if simulated is not None:
        return _weighed(simulated, seen)
    unsaid = [one for one in [*refusals, refused] if one is not None and _nothing_allows(one)]
    if unsaid:
        return Powers(MAIL, _mail(seen) or (NOT_ASKED if refusals else ALL_READ))
    return Powers(UNKNOWN, "Amazon would not say what this key may do.", refused)


def _read(iam: Any, user: str) -> tuple[list[tuple[str, str]], list[Diagnosis]]:
    """What the policies show, each with its sentence; and the refusals met on the way."""
    seen: list[tuple[str, str]] = []
    refusals: list[Diagnosis] = []

    def ask(call: Any, **given: Any) -> dict[str, Any]:
        said, refused = _asked(call, **given)
        if refused is not None:
            refusals.append(refused)
        return said or {}

    for policy in ask(iam.list_attached_user_policies, UserName=user).get("AttachedPolicies", ()):
        seen += _managed(str(policy["PolicyName"]), f"attached to the user {user}")
    for name in ask(iam.list_user_policies, UserName=user).get("PolicyNames", ())[:MOST]:
        document = ask(iam.get_user_policy, UserName=user, PolicyName=name).get("PolicyDocument", {})
        if _allows_everything(document):
            seen.append((EVERYTHING, f"The user's own policy {name} allows every action on everything."))
    for group in ask(iam.list_groups_for_user, UserName=user).get("Groups", ())[:MOST]:
        held = ask(iam.list_attached_group_policies, GroupName=group["GroupName"])
        for policy in held.get("AttachedPolicies", ()):
            seen += _managed(str(policy["PolicyName"]), f"attached to the group {group['GroupName']}")
    return seen, refusals


def _managed(name: str, where: str) -> Iterator[tuple[str, str]]:
    reach = {ADMINISTRATOR: EVERYTHING, POWER_USER: MUCH, FULL_ACCESS: MAIL}.get(name)
    if reach is not None:
        yield reach, f"{name} is {where}."


def _mail(seen: list[tuple[str, str]]) -> str:
    """A full power over mail is worth a word, not a warning."""
    return next((f"{why} That is more than SES Desk needs." for reach, why in seen if reach == MAIL), "")


def _allows_everything(document: Any) -> bool:
    """An Allow of "*" on "*" without a condition."""
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    return any(
        one.get("Effect") == "Allow" and not one.get("Condition")
        and "*" in _listed(one.get("Action")) and "*" in _listed(one.get("Resource"))
        for one in _listed(statements) if isinstance(one, dict)
    )  # fmt: skip


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _weighed(simulated: dict[str, Any], seen: list[tuple[str, str]]) -> Powers:
    """What IAM's simulator says of the telling actions."""
    allowed = {
        str(one.get("EvalActionName"))
        for one in simulated.get("EvaluationResults", ())
        if one.get("EvalDecision") == "allowed"
    }
    if TELLING[0] in allowed:
        return Powers(EVERYTHING, "IAM's simulator says that it may make users, and so make itself anything.")
    if {*TELLING[1:]} <= allowed:
        return Powers(MUCH, "IAM's simulator says that it may start servers and delete storage.")
    return Powers(MAIL, _mail(seen) or "It may make no users, start no servers and delete no storage.")


def _asked(call: Any, **given: Any) -> tuple[dict[str, Any] | None, Diagnosis | None]:
    """The answer, or why Amazon refused it. Raises what is no refusal: the network, an outage."""
    try:
        said: dict[str, Any] = call(**given)
        return said, None
    except Exception as error:
        about = explain(error, Context(service="iam"))
        if about.reference not in ("permission-missing", "denied-explicitly", "denied-by-organisation"):
            raise
        return None, about


def _nothing_allows(refused: Diagnosis) -> bool:
    return refused.reference == "permission-missing" and UNSAID in refused.evidence.get("said", "")
