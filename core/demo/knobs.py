"""More of the demo's own buttons: keys, lost deliveries. What each takes stands in docs/demo.md."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.demo import beginning, keyholders
from core.demo.amazon import Amazon
from core.demo.world import Region

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


BUTTONS: dict[tuple[str, str], Callable[[Amazon, Wish], Any]] = {
    ("POST", "/_demo/kms"): write_key_policy,
    ("POST", "/_demo/drops"): add_drop,
    ("DELETE", "/_demo/drops"): clear_drops,
}
