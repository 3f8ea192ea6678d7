"""Configuration sets and where they publish. Source: SESv2 API, Get/CreateConfigurationSet and …EventDestination(s)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone
from core.aws.topics import tag_list

EVENT_TYPES = (
    "SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "OPEN", "CLICK", "RENDERING_FAILURE", "DELIVERY_DELAY",
    "SUBSCRIPTION",
)  # fmt: skip
TRACKING = (
    "OPEN",
    "CLICK",
)  # asked for, they make Amazon rewrite the links of each mail and add an invisible image
MOST = 10  # destinations of one set


@dataclass(frozen=True, slots=True)
class Destination:
    """An event destination. `topic_arn` "" = it publishes to something that is no topic."""

    name: str
    enabled: bool
    types: tuple[str, ...]
    topic_arn: str


def tags_of(talk: Talk, name: str) -> dict[str, str] | None:
    """GetConfigurationSet: its tags; None when there is none of this name."""
    try:
        said = talk.ask("sesv2", "get_configuration_set", ConfigurationSetName=name)
    except Exception as error:
        if is_gone(error):
            return None
        raise
    if "ConfigurationSetName" not in said:
        raise NotAmazon("configuration set")
    return {str(each["Key"]): str(each.get("Value", "")) for each in said.get("Tags") or ()}


def make(talk: Talk, name: str, tags: Mapping[str, str]) -> None:
    """CreateConfigurationSet."""
    talk.ask("sesv2", "create_configuration_set", ConfigurationSetName=name, Tags=tag_list(tags))


def delete(talk: Talk, name: str) -> None:
    """DeleteConfigurationSet; one that is gone is no error."""
    _ignore_gone(talk, "delete_configuration_set", ConfigurationSetName=name)


def destinations(talk: Talk, name: str) -> list[Destination] | None:
    """GetConfigurationSetEventDestinations; None when the set is gone."""
    try:
        said = talk.ask("sesv2", "get_configuration_set_event_destinations", ConfigurationSetName=name)
    except Exception as error:
        if is_gone(error):
            return None
        raise
    return [
        Destination(
            str(one.get("Name", "")),
            bool(one.get("Enabled")),
            tuple(sorted(str(each) for each in one.get("MatchingEventTypes") or ())),
            str((one.get("SnsDestination") or {}).get("TopicArn", "")),
        )
        for one in said.get("EventDestinations") or ()
    ]


def put_destination(
    talk: Talk, set_name: str, name: str, topic_arn: str, types: Sequence[str], enabled: bool, *, new: bool
) -> None:
    """Create or UpdateConfigurationSetEventDestination: events of these types go to the topic."""
    talk.ask(
        "sesv2",
        f"{'create' if new else 'update'}_configuration_set_event_destination",
        ConfigurationSetName=set_name,
        EventDestinationName=name,
        EventDestination={
            "Enabled": enabled,
            "MatchingEventTypes": list(types),
            "SnsDestination": {"TopicArn": topic_arn},
        },
    )


def delete_destination(talk: Talk, set_name: str, name: str) -> None:
    """DeleteConfigurationSetEventDestination; one that is gone is no error."""
    _ignore_gone(
        talk, "delete_configuration_set_event_destination", ConfigurationSetName=set_name,
        EventDestinationName=name,
    )  # fmt: skip


def _ignore_gone(talk: Talk, operation: str, **given: str) -> None:
    try:
        talk.ask("sesv2", operation, **given)
    except Exception as error:
        if not is_gone(error):
            raise
