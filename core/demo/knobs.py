"""More of the demo's own buttons: keys, lost deliveries, counts, lists. What each takes stands in docs/demo.md."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.demo import beginning, contact_lists, keyholders, list_management, managed, permission, statistics
from core.demo.amazon import Amazon
from core.demo.world import AccessKey, Region, Suppressed

Wish = dict[str, Any]


def region_of(amazon: Amazon, wish: Wish) -> Region:
    """The region wished for, else the demo's home."""
    region = amazon.region(str(wish.get("region", beginning.HOME)))
    if region is None:
        raise ValueError(f"There is no region {wish['region']} in the demo.")
    return region


def write_key_policy(amazon: Amazon, wish: Wish) -> Wish:
    """Which services may use a KMS key: `key` (id, alias or ARN), `services` (ses.amazonaws.com …). alias/aws/… lets none in."""
    region, key = region_of(amazon, wish), keyholders.short(str(wish["key"]))
    if key in keyholders.OWN:
        raise ValueError(f"Nobody can change the policy of {key}.")
    region.kms[key] = [str(service) for service in wish.get("services", [])]
    return {"key": key, "services": region.kms[key]}


def add_drop(amazon: Amazon, wish: Wish) -> Wish:
    """Lose the next deliveries (drops.py)."""
    return asdict(amazon.drops.add(wish))


def clear_drops(amazon: Amazon, wish: Wish) -> Wish:
    """Lose no more."""
    amazon.drops.clear()
    return {}


def set_statistics(amazon: Amazon, wish: Wish) -> Wish:
    """What Amazon counted: `points`, quarter of an hour since 1970 -> DeliveryAttempts, Bounces, Complaints, Rejects.

    They take the place of those quarters' own; `add` true adds to them.
    """
    region = region_of(amazon, wish)
    for quarter, point in dict(wish["points"]).items():
        if unknown := [name for name in point if name not in statistics.NAMES]:
            raise ValueError(f"There is no {unknown[0]} to count; there are {', '.join(statistics.NAMES)}.")
        if not wish.get("add"):
            region.points[int(quarter)] = {}
        for name, number in point.items():
            statistics.count(region.points, int(quarter) * statistics.QUARTER, name, int(number))
    statistics.forget(region, amazon.now())
    statistics.sent(region, amazon.now())
    return {"quarters": len(region.points)}


def set_suppressed(amazon: Amazon, wish: Wish) -> Wish:
    """Put addresses on the account's list as if they had bounced or complained: `addresses`, `reason`, `at` (ms)."""
    region, reason = region_of(amazon, wish), str(wish.get("reason", "BOUNCE"))
    if reason not in ("BOUNCE", "COMPLAINT"):
        raise ValueError("reason is BOUNCE or COMPLAINT.")
    at = int(wish.get("at", amazon.now()))
    region.suppressed |= {str(address).lower(): Suppressed(reason, at) for address in wish["addresses"]}
    return {"suppressed": len(region.suppressed)}


def change_wish(amazon: Amazon, wish: Wish) -> Wish:
    """A reader leaves or rejoins SES's own contact list: `message_id` of the mail, `state` OPT_OUT or OPT_IN, `everything`."""
    mail = amazon.recent.get(str(wish["message_id"]))
    region = amazon.region(mail.region) if mail is not None else None
    state = str(wish.get("state", "OPT_OUT"))
    if mail is None or region is None or mail.contact_list not in region.contact_lists:
        raise ValueError("No such mail to a contact list among the last thousand.")
    if state not in contact_lists.STATES:
        raise ValueError("state is OPT_OUT or OPT_IN.")
    source = str(wish.get("source", "PreferencePage"))
    list_management.wish(amazon, region, mail, state, source, bool(wish.get("everything")))
    return {"state": state}


def publish(amazon: Amazon, wish: Wish) -> Wish:
    """What a domain's owner does at the DNS provider: `name`, `kind` (TXT, CNAME, MX, A), `values`; none takes it back."""
    name, kind = str(wish["name"]).lower(), str(wish["kind"])
    if kind not in ("TXT", "CNAME", "MX", "A", "AAAA", "NS"):
        raise ValueError("kind is TXT, CNAME, MX, A, AAAA or NS.")
    amazon.world.names.setdefault(name, {})[kind] = [str(value) for value in wish.get("values", [])]
    return amazon.world.names[name]


def add_statement(amazon: Amazon, wish: Wish) -> Wish:
    """What an admin does in IAM: add a `statement` to the policy of the user of a `key` (its id)."""
    key, statement = amazon.world.keys.get(str(wish["key"])), wish["statement"]
    if key is None or key.policy is None:
        raise ValueError("There is no such key, or it has no policy and may do everything.")
    if not isinstance(statement, dict) or not {"Effect", "Action", "Resource"} <= set(statement):
        raise ValueError("A statement has an Effect, an Action and a Resource.")
    changed = {
        **key.policy,
        "Statement": [*permission.as_list(key.policy.get("Statement", [])), statement],
    }
    for one in _of_user(amazon, key):
        one.policy = changed
    return {"statements": len(changed["Statement"])}


def attach(amazon: Amazon, wish: Wish) -> Wish:
    """Attach managed `policies` (by name) to the user of a `key` (its id), or to a `group` that the user is put in; none detaches."""
    key, names = amazon.world.keys.get(str(wish["key"])), [str(name) for name in wish.get("policies", [])]
    if key is None:
        raise ValueError("There is no such key.")
    known_policies(names)
    group = str(wish.get("group", ""))
    for one in _of_user(amazon, key):
        if group:
            one.groups = {**one.groups, group: names}
        else:
            one.attached = names
    return {"attached": key.attached, "groups": key.groups}


def set_active(amazon: Amazon, wish: Wish) -> Wish:
    """What a person does in IAM's console: make a `key` (its id) `active` or not."""
    key = amazon.world.keys.get(str(wish["key"]))
    if key is None:
        raise ValueError("There is no such key.")
    key.active = bool(wish["active"])
    return {"active": key.active}


def known_policies(names: list[str]) -> None:
    """Refuse a managed policy that the demo does not know."""
    if unknown := [name for name in names if name not in managed.MANAGED]:
        raise ValueError(f"There is no policy {unknown[0]}; there are {', '.join(managed.MANAGED)}.")


def _of_user(amazon: Amazon, key: AccessKey) -> list[AccessKey]:
    """Every key of the same user: a policy belongs to the user."""
    every = amazon.world.keys.values()
    return [key] if key.root else [one for one in every if one.user == key.user and not one.root]


BUTTONS: dict[tuple[str, str], Callable[[Amazon, Wish], Any]] = {
    ("POST", "/_demo/statistics"): set_statistics,
    ("POST", "/_demo/suppressed"): set_suppressed,
    ("POST", "/_demo/unsubscribe"): change_wish,
    ("POST", "/_demo/kms"): write_key_policy,
    ("POST", "/_demo/policy"): add_statement,
    ("POST", "/_demo/attach"): attach,
    ("POST", "/_demo/active"): set_active,
    ("POST", "/_demo/dns"): publish,
    ("POST", "/_demo/drops"): add_drop,
    ("DELETE", "/_demo/drops"): clear_drops,
}
