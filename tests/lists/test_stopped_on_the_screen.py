"""The test page refuses an address that bounced, in the same words as everything else that sends."""

from told_by_amazon import account, bounce, tell

from core import moment


def test_the_test_page_stops_mail_to_who_bounced_and_says_why(screen, own_desk) -> None:
    shop = account(own_desk.store)
    tell(own_desk.store, shop, bounce("gone@x.example", at=moment.now()), at=moment.now())
    page = screen("tests.py", "bob").run()
    next(one for one in page.text_input if one.label == "To").input("Gone@X.example")
    next(one for one in page.button if one.label == "Send the test").click().run()
    assert not page.exception
    said = " ".join(one.value for one in page.error)
    assert "on the suppression list" in said and "bounced for good" in said and "gone@" not in said.lower()


def test_the_list_leads_viewers_to_masked_addresses_alone(screen, own_desk) -> None:
    shop = account(own_desk.store)
    tell(own_desk.store, shop, bounce("gone@x.example", at=moment.now()), at=moment.now())
    page = screen("lists.py", "victor").run()
    assert not page.exception and not page.text_input and not page.tabs
    (table,) = page.dataframe
    assert list(table.value["Address"]) == ["g•••@x.example"]
