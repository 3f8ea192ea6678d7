"""The queues: one for what HTTPS could not deliver, and, where we fetch, one for the events themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.aws import queues
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import names, policies
from core.setup.own_queues import drain, forget, register
from core.setup.site import Site
from core.setup.step import GONE, Seen, Step


def read(site: Site, events: bool) -> tuple[str, dict[str, str] | None, bool]:
    """The queue's URL, its attributes (None when it is not there), and whether it bears our tags."""
    name = site.names.events if events else site.names.dead_letters
    url = site.once(f"{name} url", lambda: queues.url_of(site.talk, name))
    found = site.once(f"{name} attributes", lambda: queues.attributes(site.talk, url) if url else None)
    if url is None or found is None:
        return "", None, False
    tags = site.once(f"{name} tags", lambda: queues.tags_of(site.talk, url))
    return url, found, names.is_ours(tags, site.connection)


@dataclass(frozen=True)
class QueueStep(Step):
    """A queue that keeps messages for fourteen days."""

    action: str = "sqs:CreateQueue"
    events: bool = False

    def look(self, site: Site) -> Seen:
        url, found, mine = read(site, self.events)
        if found is None:
            return GONE
        return Seen(True, {key: found.get(key) for key in policies.queue_attributes()}, mine, url)

    def subject(self, site: Site) -> str:
        return site.names.events_arn if self.events else site.names.dead_letters_arn

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return policies.queue_attributes()

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        wanted = policies.queue_attributes()
        if seen.there:
            queues.set_attributes(site.talk, seen.subject, {key: wanted[key] for key in lacking})
            return seen.subject
        name = site.names.events if self.events else site.names.dead_letters
        return queues.make(site.talk, name, wanted, names.tags(site.connection))

    def keeps(self, site: Site, seen: Seen) -> Diagnosis | None:
        """Others may put something into it, by statements of theirs in its policy: it would be lost to them."""
        found = read(site, self.events)[1] or {}
        others = policies.strangers(found.get("Policy") or "")
        if not others:
            return None
        return finding("set-up-used-by-others", {"where": self._arn(site), "used by": ", ".join(others[:5])})

    def remove(self, site: Site, seen: Seen) -> str:
        """What still waits in it is taken in first: nothing is lost with the queue."""
        drain(site, self._arn(site))
        forget(site, self._arn(site))
        queues.delete(site.talk, seen.subject)
        return ""

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        queues.set_attributes(site.talk, seen.subject, {key: str(value) for key, value in values.items()})

    def settle(self, site: Site) -> None:
        if url := site.subjects.get(self.key):
            register(site, self._arn(site), url, self.events)

    def _arn(self, site: Site) -> str:
        return site.names.events_arn if self.events else site.names.dead_letters_arn

    def sentence(self, site: Site, effect: str) -> str:
        name = site.names.events if self.events else site.names.dead_letters
        what = "from which we fetch the events" if self.events else "for what could not be delivered"
        if effect == "reuse":
            return f"Use the queue {name}, {what}."
        return f"{'Make' if effect == 'make' else 'Set'} the queue {name}, {what}: it keeps messages for 14 days."


@dataclass(frozen=True)
class QueuePolicyStep(Step):
    """One statement in the queue's policy: SNS may put this topic's messages in."""

    action: str = "sqs:SetQueueAttributes"
    events: bool = False

    def _statement(self, site: Site) -> policies.Statement:
        arn = site.names.events_arn if self.events else site.names.dead_letters_arn
        return policies.queue_statement(arn, site.names.topic_arn)

    def look(self, site: Site) -> Seen:
        url, found, mine = read(site, self.events)
        if found is None:
            return GONE
        statement = policies.statement_of(found.get("Policy") or "", self._statement(site)["Sid"])
        return Seen(True, {"statement": statement}, mine, url)

    def subject(self, site: Site) -> str:
        return site.names.events_arn if self.events else site.names.dead_letters_arn

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"statement": self._statement(site)}

    def same(self, name: str, value: Any, wanted: Any) -> bool:
        return policies.same(value, wanted)

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        url, policy = self._now(site)
        queues.set_attributes(
            site.talk, url, {"Policy": policies.with_statement(policy, self._statement(site))}
        )
        return url

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        url, policy = self._now(site)
        before = values["statement"]
        without = policies.without_statement(policy, self._statement(site)["Sid"])
        queues.set_attributes(
            site.talk, url, {"Policy": policies.with_statement(without, before) if before else without}
        )

    def _now(self, site: Site) -> tuple[str, str]:
        """The queue's URL and its policy as it is this moment."""
        site.forget()
        url, found, _ = read(site, self.events)
        return url, (found or {}).get("Policy") or ""

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "reuse":
            return "The queue's policy lets the topic in already."
        return "Add one statement to the queue's policy: this topic may put messages in."


DEAD_LETTERS = QueueStep(kind="dead-letters", label="Dead-letter queue")
DEAD_LETTERS_POLICY = QueuePolicyStep(
    kind="dead-letters-policy", label="Dead-letter queue's policy", parent="dead-letters"
)
EVENTS = QueueStep(kind="events", label="Queue of events", events=True)
EVENTS_POLICY = QueuePolicyStep(kind="events-policy", label="Queue's policy", parent="events", events=True)
