"""The way by the identity itself: its bounces, complaints and deliveries go to the topic, with the original headers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.aws import identity_settings
from core.aws.identity_settings import Notifications
from core.diagnosis.diagnosis import Diagnosis
from core.setup.publishing_steps import not_here
from core.setup.site import Site
from core.setup.step import GONE, Seen, Step


def read(site: Site, identity: str) -> Notifications | None:
    """The identity's notification settings."""
    return site.once(
        f"notifications {identity}", lambda: identity_settings.notifications(site.talk, identity)
    )


@dataclass(frozen=True)
class NotificationStep(Step):
    """One kind of feedback: its topic, and the mail's own headers in it."""

    action: str = "ses:SetIdentityNotificationTopic"
    identity: str = ""
    feedback: str = ""  # Bounce | Complaint | Delivery

    def look(self, site: Site) -> Seen:
        found = read(site, self.identity)
        if found is None:
            return GONE
        topic = found.topics[self.feedback]
        mine = topic in ("", site.names.topic_arn) or ("topic", topic) in site.ours
        return Seen(True, {"topic": topic, "headers": found.headers[self.feedback]}, mine, self.identity)

    def subject(self, site: Site) -> str:
        return self.identity

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"topic": site.names.topic_arn, "headers": True}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        wanted = self.wanted(site)
        self._put(site, {name: wanted[name] for name in lacking})
        return self.identity

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        self._put(site, values)

    def _put(self, site: Site, values: Mapping[str, Any]) -> None:
        if "topic" in values:
            identity_settings.put_topic(site.talk, self.identity, self.feedback, str(values["topic"]))
        if "headers" in values:
            identity_settings.put_headers(site.talk, self.identity, self.feedback, bool(values["headers"]))

    def effect(self, site: Site, seen: Seen) -> str:
        """An identity is never made here."""
        return "change" if self.lacking(site, seen) else "reuse"

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        return None if seen.there else not_here(site, self.identity)

    def sentence(self, site: Site, effect: str) -> str:
        what = {"Bounce": "bounces", "Complaint": "complaints", "Delivery": "deliveries"}[self.feedback]
        if effect == "reuse":
            return f"The {what} of {self.identity} go to the topic already."
        return f"Send the {what} of {self.identity} to the topic, with the mail's own headers."


@dataclass(frozen=True)
class ForwardingStep(Step):
    """Feedback no longer comes by mail too. Only once bounces and complaints have their topics."""

    kind: str = "forwarding"
    label: str = "Feedback by mail"
    action: str = "ses:SetIdentityFeedbackForwardingEnabled"
    identity: str = ""

    def look(self, site: Site) -> Seen:
        found = read(site, self.identity)
        return GONE if found is None else Seen(True, {"on": found.forwarding}, True, self.identity)

    def subject(self, site: Site) -> str:
        return self.identity

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"on": False}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        identity_settings.put_forwarding(site.talk, self.identity, False)
        return self.identity

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        identity_settings.put_forwarding(site.talk, self.identity, bool(values["on"]))

    def effect(self, site: Site, seen: Seen) -> str:
        """An identity is never made here."""
        return "change" if self.lacking(site, seen) else "reuse"

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        return None if seen.there else not_here(site, self.identity)

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "reuse":
            return f"Feedback of {self.identity} no longer comes by mail already."
        return f"Stop the mails with bounces and complaints of {self.identity}: they come here now."
