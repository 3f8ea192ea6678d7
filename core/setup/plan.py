"""The plan: what will be made, changed or used as it is, each with its IAM action. Reads Amazon, changes nothing there."""

from dataclasses import replace

from core.aws import identity_settings
from core.aws.account import NotAmazon
from core.connect import listen
from core.desk import Desk
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import SesDeskError
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup.choices import Choices, checked
from core.setup.lines import Plan, PlanLine
from core.setup.reporting import topic_here
from core.setup.site import Site, open_site
from core.setup.step import Seen, Step
from core.setup.steps import steps_of
from core.store.tables import Connection

__all__ = ["Plan", "PlanLine", "plan", "why_of"]


def plan(desk: Desk, connection: Connection, choices: Choices, actor: Actor, now: int) -> Plan:
    """Look at the account and say what the set-up would do there. Admin only.

    Raises BadInput for choices that are none; what Amazon says against it is in `blocked`.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    choices = checked(choices)
    listen.callback(desk.store, desk.vault, desk.settings, connection, actor, now)
    site: Site | None = None
    try:
        site = open_site(desk, connection, choices, lambda: now)
        if not site.talk.access.credentials.can_sign:
            return Plan(choices, blocked=finding("smtp-only"))
        site.with_choices(_settled(site, choices))
        return _looked(site)
    except SesDeskError as error:
        if isinstance(error, NotAmazon):
            return Plan(choices, blocked=why_of(error, connection.region, now))
        raise
    except Exception as error:  # what Amazon or the network says becomes words
        return Plan(site.choices if site else choices, blocked=why_of(error, connection.region, now))


def why_of(error: BaseException, region: str, now: int) -> Diagnosis:
    """What stopped a walk, in words."""
    operation = str(getattr(error, "operation_name", ""))
    return explain(error, Context(region=region, service=service_of(operation), operation=operation, now=now))


def service_of(operation: str) -> str:
    """Whose call it was, for the words: ses, sns or sqs."""
    if "Queue" in operation:
        return "sqs"
    sns = ("Topic", "Subscri", "TagsForResource")
    return "sns" if any(word in operation for word in sns) and "Identity" not in operation else "ses"


def _settled(site: Site, choices: Choices) -> Choices:
    """The same choices with every name settled, so that taking it up again later means the same things."""
    chosen = choices.configuration_set.strip()
    if choices.way == "configuration-set" and not chosen:
        first = choices.identities[0]
        chosen = site.once(f"identity {first}", lambda: identity_settings.default_set(site.talk, first)) or ""
    return replace(choices, topic=choices.topic.strip() or topic_here(site), configuration_set=chosen)


def _looked(site: Site) -> Plan:
    lines: list[PlanLine] = []
    for step in steps_of(site.choices):
        seen = step.look(site)
        blocked = step.blocked(site, seen)
        if blocked is not None:
            return Plan(site.choices, tuple(lines), blocked)
        lines.append(_line(site, step, seen))
    return Plan(site.choices, tuple(lines), to_agree=tuple(line for line in lines if line.foreign))


def _line(site: Site, step: Step, seen: Seen) -> PlanLine:
    effect = step.effect(site, seen)
    foreign = step.foreign(site, seen, step.lacking(site, seen))
    if foreign and step.optional:
        why = "It is not ours. Others may rely on it, so it may also stay as it is."
    elif foreign:
        why = "It is not ours: others may rely on it. Tick it to agree."
    elif effect == "reuse":
        why = "It is there already, as it should be."
    else:
        why = ""
    return PlanLine(
        step.key, step.sentence(site, effect), step.action, effect, seen.subject or step.subject(site), foreign,
        why, step.optional and foreign, step.shown,
    )  # fmt: skip
