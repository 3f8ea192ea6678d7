"""The groups of a round, in the order in which they are shown."""

GROUPS = {
    "keys": "Keys",
    "permissions": "Permissions",
    "account": "Account",
    "region": "Region",
    "sender": "Sender",
    "dns": "DNS",
    "events": "Bounces and complaints",
    "unsubscribe": "Unsubscribe",
    "machine": "This machine",
}
