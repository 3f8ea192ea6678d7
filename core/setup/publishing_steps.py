"""The way by configuration set: the set, its event destination with every kind of event, and the identity that uses it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.aws import configuration_sets as sets
from core.aws import identity_settings
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import names
from core.setup.choices import Choices
from core.setup.site import Site
from core.setup.step import GONE, Seen, Step

WHERE = "where"
ASKED = 40  # identities, one call a second each: more would take longer than a walk is held

# What asking for opens and clicks does to the mail. Source: SES developer guide, "Using open and click tracking"
TRACKED = (
    "To count opens and clicks, Amazon rewrites the links in each HTML mail and adds an invisible image."
)


def read_set(site: Site) -> tuple[bool, bool]:
    """Whether the set is there, and whether it bears our tags."""
    found = site.once("set", lambda: sets.tags_of(site.talk, site.names.configuration_set))
    return found is not None, found is not None and names.is_ours(found, site.connection)


@dataclass(frozen=True)
class SetStep(Step):
    """The configuration set; one that was chosen, or that the identity uses already, is used as it is."""

    kind: str = "configuration-set"
    label: str = "Configuration set"
    action: str = "ses:CreateConfigurationSet"

    def look(self, site: Site) -> Seen:
        there, mine = read_set(site)
        return Seen(True, {}, mine, site.names.configuration_set) if there else GONE

    def subject(self, site: Site) -> str:
        return site.names.configuration_set

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        sets.make(site.talk, site.names.configuration_set, names.tags(site.connection))
        return site.names.configuration_set

    def remove(self, site: Site, seen: Seen) -> str:
        sets.delete(site.talk, site.names.configuration_set)
        return ""

    def keeps(self, site: Site, seen: Seen) -> Diagnosis | None:
        """Other destinations in it, and identities that send with it: their mail would be refused."""
        name = site.names.configuration_set
        strangers = [each.name for each in sets.destinations(site.talk, name) or ()]
        if strangers:
            return finding("set-up-used-by-others", {WHERE: name, "used by": ", ".join(strangers)})
        known = identity_settings.names(site.talk, ASKED)
        if known is None:
            return finding("set-up-use-not-known", {WHERE: name, "identities": f"more than {ASKED}"})
        users = [each for each in known if identity_settings.default_set(site.talk, each) == name][:5]
        return finding("set-up-used-by-others", {WHERE: name, "used by": ", ".join(users)}) if users else None

    def sentence(self, site: Site, effect: str) -> str:
        name = site.names.configuration_set
        if effect == "make":
            return f"Make the configuration set {name}: rules that go with each mail."
        return f"Use the configuration set {name}, which is there already."


def types_of(choices: Choices) -> list[str]:
    """The kinds of event that are published."""
    return [kind for kind in sets.EVENT_TYPES if choices.tracking or kind not in sets.TRACKING]


@dataclass(frozen=True)
class DestinationStep(Step):
    """Where the set publishes: our topic, with every kind of event that was chosen."""

    kind: str = "destination"
    label: str = "Event destination"
    action: str = "ses:CreateConfigurationSetEventDestination"

    def _all(self, site: Site) -> list[sets.Destination] | None:
        return site.once("destinations", lambda: sets.destinations(site.talk, site.names.configuration_set))

    def look(self, site: Site) -> Seen:
        if not read_set(site)[0]:
            return GONE
        found = self._all(site) or []
        by_topic = [each for each in found if each.topic_arn == site.names.topic_arn]
        own = next((each for each in found if each.name == site.names.destination), None)
        seen = own or (by_topic[0] if by_topic else None)
        if seen is None:
            return GONE
        subject = f"{site.names.configuration_set}/{seen.name}"
        mine = seen.name == site.names.destination or (self.key, subject) in site.ours
        values = {"enabled": seen.enabled, "types": list(seen.types), "topic": seen.topic_arn}
        return Seen(True, values, mine, subject)

    def subject(self, site: Site) -> str:
        return f"{site.names.configuration_set}/{site.names.destination}"

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"enabled": True, "types": sorted(types_of(site.choices)), "topic": site.names.topic_arn}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        name = seen.subject.partition("/")[2] or site.names.destination
        self._put(site, name, self.wanted(site), new=not seen.there)
        return f"{site.names.configuration_set}/{name}"

    def remove(self, site: Site, seen: Seen) -> str:
        sets.delete_destination(site.talk, site.names.configuration_set, seen.subject.partition("/")[2])
        return ""

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        self._put(site, seen.subject.partition("/")[2], {**seen.values, **values}, new=False)

    def _put(self, site: Site, name: str, values: Mapping[str, Any], *, new: bool) -> None:
        sets.put_destination(
            site.talk, site.names.configuration_set, name, values["topic"], values["types"], values["enabled"],
            new=new,
        )  # fmt: skip

    def foreign(self, site: Site, seen: Seen, lacking: Collection[str]) -> bool:
        """Also a new destination in a set that somebody else made."""
        if seen.there:
            return bool(lacking) and not seen.mine
        there, mine = read_set(site)
        return there and not mine

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        if not seen.there and len(self._all(site) or ()) >= sets.MOST:
            return finding("destinations-full", {WHERE: site.names.configuration_set})
        return None

    def sentence(self, site: Site, effect: str) -> str:
        name = site.names.configuration_set
        kinds = "every kind of event" if site.choices.tracking else "every kind of event but opens and clicks"
        if effect == "reuse":
            return f"The set {name} publishes {kinds} to the topic already."
        what = f"{kinds} goes to the topic"
        begun = (
            f"Set the event destination of {name}"
            if effect == "change"
            else f"Add an event destination to {name}"
        )
        return f"{begun}: {what}.{f' {TRACKED}' if site.choices.tracking else ''}"


@dataclass(frozen=True)
class DefaultSetStep(Step):
    """The set is used for every mail of the identity that names no other."""

    kind: str = "default-set"
    label: str = "Identity's default set"
    action: str = "ses:PutEmailIdentityConfigurationSetAttributes"
    identity: str = ""

    def look(self, site: Site) -> Seen:
        found = site.once(
            f"identity {self.identity}", lambda: identity_settings.default_set(site.talk, self.identity)
        )
        if found is None:
            return GONE
        mine = not found or found == site.names.configuration_set
        return Seen(True, {"set": found}, mine, self.identity)

    def subject(self, site: Site) -> str:
        return self.identity

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"set": site.names.configuration_set}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        identity_settings.put_default_set(site.talk, self.identity, site.names.configuration_set)
        return self.identity

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        before = str(values["set"])
        if before and sets.tags_of(site.talk, before) is None:
            before = ""  # the set it used before is gone: none is the nearest
        identity_settings.put_default_set(site.talk, self.identity, before)

    def effect(self, site: Site, seen: Seen) -> str:
        """An identity is never made here."""
        return "change" if self.lacking(site, seen) else "reuse"

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        return None if seen.there else not_here(site, self.identity)

    def sentence(self, site: Site, effect: str) -> str:
        name = site.names.configuration_set
        if effect == "reuse":
            return f"{self.identity} uses the set {name} by default already."
        return f"Let {self.identity} use the set {name} for every mail that names no other."


def not_here(site: Site, identity: str) -> Diagnosis:
    """The identity is not in this region."""
    region = site.connection.region
    return finding("identity-elsewhere", {WHERE: identity, "region": region}, region)
