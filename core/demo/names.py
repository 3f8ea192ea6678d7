"""The names of the demo: what the domains of its senders have published, as far as Amazon found it verified.

Whatever `World.names` holds goes before that: name -> kind -> values; a kind without values was taken back.
"""

from collections.abc import Mapping, Sequence

from core.demo.world import Identity, World
from core.dns.domain import organisational

Zone = dict[str, dict[str, Sequence[str]]]
AMAZON = {
    "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 ip4:199.127.232.0/22 ip4:54.240.0.0/18 ~all"]}
}
SPF = "v=spf1 include:amazonses.com ~all"


def held(world: World, name: str) -> Mapping[str, Sequence[str]] | None:
    """What a name holds; None when neither it nor a name under it exists."""
    zone = zone_of(world)
    if name in zone:
        return zone[name]
    return {} if any(each.endswith("." + name) for each in zone) else None


def zone_of(world: World) -> Zone:
    """Every name of the demo."""
    zone: Zone = {name: dict(kinds) for name, kinds in AMAZON.items()}
    for code, region in world.regions.items():
        for identity in region.identities.values():
            _publish(zone, identity, code)
    for name, kinds in world.names.items():
        zone.setdefault(name, {}).update(kinds)
    return zone


def _publish(zone: Zone, identity: Identity, region: str) -> None:
    domain = identity.name.rpartition("@")[2].lower()
    above = organisational(domain)
    zone.setdefault(above, {})["NS"] = [f"ns.{above}"]
    zone[f"ns.{above}"] = {"A": ["127.0.0.1"]}
    if identity.status != "SUCCESS":
        return
    zone.setdefault(domain, {})["TXT"] = [SPF]
    zone[f"_dmarc.{above}"] = {"TXT": [f"v=DMARC1; p=none; rua=mailto:dmarc-reports@{above}"]}
    if identity.is_domain and identity.dkim_origin == "AWS_SES":
        for token in identity.dkim_tokens:
            zone[f"{token}._domainkey.{domain}"] = {"CNAME": [f"{token}.dkim.amazonses.com"]}
    if identity.mail_from and identity.mail_from_status == "SUCCESS":
        mx = f"10 feedback-smtp.{region}.amazonses.com"
        zone[identity.mail_from] = {"MX": [mx], "TXT": [SPF]}
