"""Quick check and the check that is kept: the same lines, nothing saved, findings that come and go."""

from typing import Any

import pytest
from amazon import ALICE, BOB, VERA, credentials_of

from core.aws.check import check
from core.connect import access, checks, walk
from core.connect.endpoint import Endpoint, recognise
from core.connect.quick_check import quick_check
from core.demo.running import Running
from core.errors import BadInput, NotAllowed
from core.settings import Settings
from core.store import connections, findings
from core.store.engine import Store
from core.vault import Vault

NOW = 1_800_000_000_000


@pytest.fixture
def loose(its_settings: Settings, amazon: Running) -> tuple[Settings, Endpoint]:
    """Settings that allow the demo as a custom endpoint."""
    return its_settings.model_copy(update={"allow_custom_endpoints": True}), Endpoint(
        "eu-west-1", "api", amazon.demo.endpoint_url
    )


@pytest.mark.parametrize(
    ("sender", "state"),
    [("anyone@example.com", "ok"), ("x@pending.example.org", "warn"), ("x@nowhere.example", "warn")],
)
def test_a_sender_is_told_from_one_that_may_not_send(
    amazon: Running, loose: tuple[Settings, Endpoint], sender: str, state: str
) -> None:
    lines = [
        line for line in quick_check(*loose, credentials_of(amazon), sender, ALICE) if line.state != "running"
    ]
    assert [line.key for line in lines] == ["who", "account", "senders", "permissions", "sender"]
    assert lines[-1].state == state and (lines[-1].finding is None) == (state == "ok")


def test_a_sender_that_is_verified_elsewhere_is_found_there(
    amazon: Running, loose: tuple[Settings, Endpoint], rate: int
) -> None:
    settings, endpoint = loose[0], Endpoint("us-east-1", "api", amazon.demo.endpoint_url)
    lines = {
        line.key: line
        for line in quick_check(settings, endpoint, credentials_of(amazon), "x@example.com", ALICE)
        if line.state != "running"
    }
    line = lines["sender"]
    assert line.state == "warn" and line.facts == {"regions": ["eu-west-1"]}
    assert (
        line.sentence == "example.com is verified in Europe (Ireland), not in US East (N. Virginia). Switch?"
    )
    assert line.finding is not None and line.finding.reference == "sender-in-another-region"


def test_regions_that_are_silent_leave_it_open_where_the_sender_is(
    amazon: Running, loose: tuple[Settings, Endpoint]
) -> None:
    amazon.amazon.faults.add(
        {"name": "broken", "service": "sesv2", "action": "ListEmailIdentities", "count": -1, "after": 1}
    )
    *_, line = quick_check(*loose, credentials_of(amazon), "x@nowhere.example", ALICE)
    assert line.key == "sender" and line.sentence.endswith(
        "regions did not answer, so it may be verified there."
    )


def test_nothing_is_saved(amazon: Running, loose: tuple[Settings, Endpoint], store: Store) -> None:
    assert list(quick_check(*loose, credentials_of(amazon), "", ALICE))
    assert connections.all(store) == []


def test_it_is_for_admins_and_refuses_a_mistyped_sender_at_once(
    amazon: Running, loose: tuple[Settings, Endpoint]
) -> None:
    for who in (BOB, VERA):
        with pytest.raises(NotAllowed):
            quick_check(*loose, credentials_of(amazon), "", who)
    with pytest.raises(BadInput) as refused:
        quick_check(*loose, credentials_of(amazon), "nobody", ALICE)
    assert refused.value.field == "sender"


def test_a_kept_check_reads_back_as_it_was(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings
) -> None:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    shop = walk.save(store, vault, wanted, ALICE, NOW)
    assert checks.last(shop) is None
    lines = list(check(access.of(store, vault, its_settings, shop)))
    kept = checks.keep(store, shop, lines, BOB, NOW + 1)
    last = checks.last(kept)
    assert last is not None and last.at == NOW + 1 and last.ok and last.account_id == "000000000000"
    assert last.account is not None and last.account.max_24h == 50_000
    assert list(last.lines) == [line for line in lines if line.state != "running"]
    assert kept.account_id == "000000000000" and kept.checked_at == NOW + 1


def test_findings_of_a_check_come_and_go(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings
) -> None:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    shop = walk.save(store, vault, wanted, ALICE, NOW)
    region = amazon.amazon.world.regions["eu-west-1"]

    def standing() -> list[str]:
        nonlocal shop
        shop = checks.keep(store, shop, check(access.of(store, vault, its_settings, shop)), ALICE, NOW)
        return [row.reference for row in findings.standing(store, [shop.id or 0])]

    region.production = False
    assert standing() == ["in-sandbox"]
    region.production = True
    assert standing() == []


def test_a_check_that_could_not_ask_resolves_nothing(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings
) -> None:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    shop = walk.save(store, vault, wanted, ALICE, NOW)
    amazon.amazon.world.regions["eu-west-1"].production = False
    shop = checks.keep(store, shop, check(access.of(store, vault, its_settings, shop)), ALICE, NOW)
    amazon.amazon.faults.add({"name": "unknown-key", "service": "sts", "count": -1})
    shop = checks.keep(store, shop, check(access.of(store, vault, its_settings, shop)), ALICE, NOW + 1)
    assert {row.reference for row in findings.standing(store, [shop.id or 0])} == {
        "in-sandbox",
        "unknown-key",
    }


@pytest.mark.parametrize(
    "fault",
    [{"name": "unavailable"}, {"code": "AccessDeniedException", "status": 403}],
    ids=["no answer", "refused"],
)
def test_an_account_that_was_not_told_is_not_out_of_the_sandbox(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, fault: dict[str, Any]
) -> None:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    shop = walk.save(store, vault, wanted, ALICE, NOW)

    def standing() -> set[str]:
        nonlocal shop
        shop = checks.keep(store, shop, check(access.of(store, vault, its_settings, shop)), ALICE, NOW)
        return {row.reference for row in findings.standing(store, [shop.id or 0])}

    amazon.amazon.world.regions["eu-west-1"].production = False
    assert standing() == {"in-sandbox"}
    amazon.amazon.faults.add({"service": "sesv2", "action": "GetAccount", "count": -1, **fault})
    assert "in-sandbox" in standing()
    amazon.amazon.faults.clear()
    amazon.amazon.world.regions["eu-west-1"].production = True
    assert standing() == set()


def test_viewers_keep_no_check(amazon: Running, store: Store, vault: Vault) -> None:
    wanted = walk.Wanted(
        "Shop", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    shop = walk.save(store, vault, wanted, ALICE, NOW)
    with pytest.raises(NotAllowed):
        checks.keep(store, shop, [], VERA, NOW)
