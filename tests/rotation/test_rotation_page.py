"""What the page says where there is nothing to rotate."""

from typing import Any

from amazon import ALICE

from core import moment
from core.aws.credentials import ROLE
from core.connect import walk
from core.connect.endpoint import recognise


def words(page: Any) -> str:
    return " ".join(str(one.value) for one in (*page.markdown, *page.caption, *page.info, *page.error))


def by_role(desk: Any) -> Any:
    wanted = walk.Wanted("Server", recognise("eu-west-1"), ROLE, "news@example.com", "", "000000000000")
    return walk.save(desk.store, desk.vault, wanted, ALICE, moment.now())


def test_a_machines_own_role_has_nothing_to_rotate(screen: Any, own_desk: Any) -> None:
    by_role(own_desk)
    page = screen("rotation.py").run()
    assert not page.exception and "there is nothing to rotate" in words(page)
    assert not page.text_input


def test_a_disabled_connection_asks_nobody(screen: Any, own_desk: Any) -> None:
    walk.set_disabled(own_desk.store, by_role(own_desk), True, ALICE, moment.now())
    page = screen("rotation.py").run()
    assert not page.exception and "This connection is disabled" in words(page)


def test_without_a_connection_it_leads_to_one(screen: Any) -> None:
    page = screen("rotation.py").run()
    assert not page.exception and "There is no connection yet" in words(page)
