"""SES v2: configuration sets and their event destinations."""

import re
from typing import Any

from core.demo import payload, sns
from core.demo.call import Call
from core.demo.paging import page
from core.demo.refusal import Refusal
from core.demo.telling import may_publish
from core.demo.world import ConfigurationSet, EventDestination

TYPES = tuple(name for _, name in payload.KINDS.values())
_OPTIONS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
)
_TARGETS = (
    "SnsDestination",
    "EventBridgeDestination",
    "CloudWatchDestination",
    "KinesisFirehoseDestination",
    "PinpointDestination",
)


def existing(call: Call) -> ConfigurationSet:
    """The set the call names, or Amazon's NotFound."""
    name = call.text("ConfigurationSetName")
    call.may(f"ses:{call.action}", call.ses_arn("configuration-set", name))
    found = call.region.configuration_sets.get(name)
    if found is None:
        raise Refusal("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
    return found


def create(call: Call) -> dict[str, Any]:
    """A new set."""
    name = call.text("ConfigurationSetName")
    call.may("ses:CreateConfigurationSet", call.ses_arn("configuration-set", name))
    if call.items("Tags"):
        call.may("ses:TagResource", call.ses_arn("configuration-set", name))
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise Refusal(
            "BadRequestException",
            f"Invalid configuration set name <{name}>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
        )
    if name in call.region.configuration_sets:
        raise Refusal("AlreadyExistsException", f"Configuration set <{name}> already exists.")
    options = {"SendingOptions": {"SendingEnabled": True}} | {
        each: call.given[each] for each in _OPTIONS if call.given.get(each) is not None
    }
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in call.items("Tags")}
    call.region.configuration_sets[name] = ConfigurationSet(name, options, tags=tags)
    return {}


def get(call: Call) -> dict[str, Any]:
    """Its options."""
    found = existing(call)
    answer: dict[str, Any] = {"ConfigurationSetName": found.name}
    answer |= {
        "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
    }
    answer |= {
        "SendingOptions": {"SendingEnabled": True},
        "SuppressionOptions": {},
        "TrackingOptions": {},
        **found.options,
    }
    return {**answer, "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()]}


def list_sets(call: Call) -> dict[str, Any]:
    """Names, in pages."""
    call.may("ses:ListConfigurationSets")
    names, following = page(sorted(call.region.configuration_sets), call.given, 1000)
    return {"ConfigurationSets": names, **following}


def delete(call: Call) -> dict[str, Any]:
    """Give it up. Identities that used it by default still name it: from then on every send of theirs fails.

    Source: SES developer guide, "Managing default configuration sets".
    """
    del call.region.configuration_sets[existing(call).name]
    return {}


def put_options(call: Call) -> dict[str, Any]:
    """One kind of option, named by the call itself (PutConfigurationSetSendingOptions …)."""
    found = existing(call)
    kind = call.action.removeprefix("PutConfigurationSet")
    values = {name: value for name, value in call.given.items() if name not in ("ConfigurationSetName", kind)}
    found.options[kind] = call.given.get(kind) or values
    return {}


def create_destination(call: Call) -> dict[str, Any]:
    """A new event destination. SES proves a topic by publishing a plain sentence to it."""
    found = existing(call)
    name = call.text("EventDestinationName")
    if name in found.destinations:
        raise Refusal(
            "AlreadyExistsException",
            f"An event destination with name <{name}> already exists in configuration set <{found.name}>.",
        )
    if len(found.destinations) >= 10:
        raise Refusal(
            "LimitExceededException",
            f"Configuration set <{found.name}> has reached the maximum of 10 event destinations.",
        )
    found.destinations[name] = _checked(call, found, name)
    return {}


def update_destination(call: Call) -> dict[str, Any]:
    """Change one; a topic is proved again."""
    found = existing(call)
    _destination(call, found)
    name = call.text("EventDestinationName")
    found.destinations[name] = _checked(call, found, name)
    return {}


def delete_destination(call: Call) -> dict[str, Any]:
    """Publish there no longer."""
    found = existing(call)
    del found.destinations[_destination(call, found).name]
    return {}


def list_destinations(call: Call) -> dict[str, Any]:
    """All of a set."""
    rows = [
        {"Name": each.name, "Enabled": each.enabled, "MatchingEventTypes": each.types, **each.target}
        for each in existing(call).destinations.values()
    ]
    return {"EventDestinations": rows}


def _destination(call: Call, found: ConfigurationSet) -> EventDestination:
    name = call.text("EventDestinationName")
    if name not in found.destinations:
        raise Refusal(
            "NotFoundException",
            f"Event destination <{name}> does not exist in configuration set <{found.name}>.",
            404,
        )
    return found.destinations[name]


def _checked(call: Call, found: ConfigurationSet, name: str) -> EventDestination:
    given = call.given.get("EventDestination") or {}
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise Refusal("BadRequestException", f"Invalid event destination name <{name}>.")
    types = [str(each) for each in given.get("MatchingEventTypes") or []]
    if not types or any(each not in TYPES for each in types):
        raise Refusal(
            "BadRequestException", "At least one valid event type must be given in MatchingEventTypes."
        )
    target = {each: given[each] for each in _TARGETS if given.get(each)}
    if len(target) != 1:
        raise Refusal("BadRequestException", "Exactly one destination must be given.")
    destination = EventDestination(name, bool(given.get("Enabled", False)), types, target)
    if "EventBridgeDestination" in target and not str(
        target["EventBridgeDestination"].get("EventBusArn", "")
    ).endswith(":event-bus/default"):
        raise Refusal("BadRequestException", "Only the default event bus can be used.")
    if arn := destination.topic_arn:
        if arn not in call.region.topics or call.region.topics[arn].fifo:
            raise Refusal("BadRequestException", f"SNS topic <{arn}> not found.")
        if not may_publish(call.region, arn, call.ses_arn("configuration-set", found.name)):
            raise Refusal(
                "BadRequestException",
                f"Could not publish to SNS topic <{arn}>: Amazon SES is not authorized to publish to it.",
            )
        sns.publish(
            call.amazon, call.region, call.region.topics[arn], payload.DESTINATION_VALIDATED, payload.SUBJECT
        )
    return destination


ACTIONS = {
    "CreateConfigurationSet": create,
    "GetConfigurationSet": get,
    "ListConfigurationSets": list_sets,
    "DeleteConfigurationSet": delete,
    "CreateConfigurationSetEventDestination": create_destination,
    "UpdateConfigurationSetEventDestination": update_destination,
    "DeleteConfigurationSetEventDestination": delete_destination,
    "GetConfigurationSetEventDestinations": list_destinations,
} | {f"PutConfigurationSet{kind}": put_options for kind in _OPTIONS}
