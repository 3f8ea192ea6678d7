"""Which check looks at which group. A group without one here is not looked at."""

from core.doctor import keys
from core.doctor.patient import Check

CHECKS: dict[str, Check] = {"keys": keys.check}
RIGHTS = frozenset(
    {"permissions", "account", "region", "sender"}
)  # asked only once the keys are known to work
