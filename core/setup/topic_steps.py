"""The topic: a standard one, signing the strong way, open for SES and nobody else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.aws import subscriptions, topics
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import names, policies
from core.setup.site import Site, pin, unpin
from core.setup.step import GONE, Seen, Step
from core.store import callbacks

AMAZONS_KEY = "alias/aws/sns"  # Amazon's own key for SNS: its policy never lets SES in
WHERE = "where"


def read(site: Site) -> tuple[dict[str, str] | None, bool]:
    """The topic's attributes, None when it is not there; and whether it bears our tags."""
    arn = site.names.topic_arn
    found = site.once("topic", lambda: topics.attributes(site.talk, arn))
    if found is None:
        return None, False
    tags = site.once("topic tags", lambda: topics.tags_of(site.talk, arn))
    return found, names.is_ours(tags, site.connection)


def _misplaced(site: Site) -> Diagnosis | None:
    """SES publishes to topics of its own region; one of another account we could neither read nor set."""
    arn, region = site.names.topic_arn, site.connection.region
    said = {WHERE: arn, "region": region}
    if topics.region_of(arn) != region:
        return finding("wrong-region", {**said, "found": topics.region_of(arn)}, region)
    if topics.account_of(arn) != site.account:
        return finding("topic-of-another-account", said, region)
    return None


def reports_here(site: Site) -> bool:
    """Whether the topic was accepted at our callback before."""
    pinned = callbacks.topics(site.desk.store, site.connection.id or 0)
    return any(one.arn == site.names.topic_arn and one.state == "pinned" for one in pinned)


@dataclass(frozen=True)
class TopicStep(Step):
    """The topic itself; one that was chosen is used as it is."""

    kind: str = "topic"
    label: str = "Topic"
    action: str = "sns:CreateTopic"

    def look(self, site: Site) -> Seen:
        if _misplaced(site) is not None:
            return GONE  # another region's or account's topics are not asked about
        found, mine = read(site)
        return GONE if found is None else Seen(True, {}, mine, site.names.topic_arn)

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        return topics.make(site.talk, site.names.topic, names.tags(site.connection))

    def remove(self, site: Site, seen: Seen) -> str:
        topics.delete(site.talk, site.names.topic_arn)
        return ""

    def keeps(self, site: Site, seen: Seen) -> Diagnosis | None:
        """Strangers who listen to it, and queues of ours that were not taken off first."""
        arn = site.names.topic_arn
        others = [
            each
            for each in subscriptions.of_topic(site.talk, arn)
            if each.endpoint not in (site.endpoint, site.names.events_arn)
        ]
        return (
            finding("set-up-used-by-others", {WHERE: arn, "subscriptions": str(len(others))})
            if others
            else None
        )

    def subject(self, site: Site) -> str:
        return site.names.topic_arn

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        """A topic that SES cannot publish to, or that is not there although it was chosen."""
        if misplaced := _misplaced(site):
            return misplaced
        arn, region = site.names.topic_arn, site.connection.region
        said = {WHERE: arn, "region": region}
        found, _ = read(site)
        if arn.endswith(".fifo") or (found or {}).get("FifoTopic") == "true":
            return finding("topic-fifo", said, region)
        if found is None:
            return finding("topic-gone", said, region) if site.choices.topic.startswith("arn:") else None
        if found.get("KmsMasterKeyId") == AMAZONS_KEY:
            return finding("topic-encrypted", {**said, "key": AMAZONS_KEY}, region)
        return None

    def settle(self, site: Site) -> None:
        pin(site)

    def unsettle(self, site: Site) -> None:
        unpin(site)

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "make":
            return f"Make the standard topic {site.names.topic}: SES tells it what became of each mail."
        here = "reports here" if reports_here(site) else "is there"
        return f"Use the topic {site.names.topic}, which {here} already."


@dataclass(frozen=True)
class SignatureStep(Step):
    """SignatureVersion 2. On a topic of somebody else's it may stay: we take both, others may not."""

    kind: str = "signature"
    label: str = "Strong signatures"
    action: str = "sns:SetTopicAttributes"
    parent: str = "topic"
    optional: bool = True

    def look(self, site: Site) -> Seen:
        found, mine = read(site)
        if found is None:
            return GONE
        version = found.get("SignatureVersion") or "1"
        return Seen(True, {"version": version}, mine, site.names.topic_arn)

    def subject(self, site: Site) -> str:
        return site.names.topic_arn

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"version": "2"}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        topics.set_attribute(site.talk, site.names.topic_arn, "SignatureVersion", "2")
        return site.names.topic_arn

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        topics.set_attribute(site.talk, site.names.topic_arn, "SignatureVersion", str(values["version"]))

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "reuse":
            return "The topic signs its messages with SHA-256 already."
        return "Let the topic sign its messages with SHA-256 (signature version 2)."


@dataclass(frozen=True)
class TopicPolicyStep(Step):
    """One statement in the topic's policy: SES may publish, for this account and this source alone."""

    kind: str = "topic-policy"
    label: str = "Topic policy"
    action: str = "sns:SetTopicAttributes"
    parent: str = "topic"

    def _statement(self, site: Site) -> policies.Statement:
        sources = names.source_arns(site.connection, site.account, site.choices, site.names)
        return policies.publish_statement(site.names.topic_arn, site.account, sources)

    def look(self, site: Site) -> Seen:
        found, mine = read(site)
        if found is None:
            return GONE
        statement = policies.statement_of(found.get("Policy") or "", self._statement(site)["Sid"])
        return Seen(True, {"statement": statement}, mine, site.names.topic_arn)

    def subject(self, site: Site) -> str:
        return site.names.topic_arn

    def wanted(self, site: Site) -> Mapping[str, Any]:
        return {"statement": self._statement(site)}

    def same(self, name: str, value: Any, wanted: Any) -> bool:
        return policies.same(value, wanted)

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        self._put(site, policies.with_statement(self._now(site), self._statement(site)))
        return site.names.topic_arn

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        sid = self._statement(site)["Sid"]
        before = values["statement"]
        now = self._now(site)
        self._put(
            site, policies.with_statement(now, before) if before else policies.without_statement(now, sid)
        )

    def _now(self, site: Site) -> str:
        """The policy as it is this moment: what others wrote in it is kept."""
        return (topics.attributes(site.talk, site.names.topic_arn) or {}).get("Policy") or ""

    def _put(self, site: Site, policy: str) -> None:
        topics.set_attribute(site.talk, site.names.topic_arn, "Policy", policy)

    def sentence(self, site: Site, effect: str) -> str:
        if effect == "reuse":
            return "The topic's policy lets SES publish already."
        return "Add one statement to the topic's policy: SES may publish, for this account alone."
