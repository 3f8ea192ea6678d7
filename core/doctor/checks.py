"""Which check looks at which group. A group without one here is not looked at."""

from core.doctor import account, dns, events, keys, machine, permissions, region, sender, unsubscribe
from core.doctor.patient import Check

CHECKS: dict[str, Check] = {
    "keys": keys.check,
    "permissions": permissions.check,
    "account": account.check,
    "region": region.check,
    "sender": sender.check,
    "dns": dns.check,
    "events": events.check,
    "unsubscribe": unsubscribe.check,
    "machine": machine.check,
}
# Asked only once the keys are known to work: without them each would repeat what the keys' line says.
RIGHTS = frozenset({"permissions", "account", "region", "sender", "events"})
NEEDS_KEY = frozenset({"permissions", "account", "region"})  # an SMTP password alone cannot ask
