"""A recipient that the sandbox refuses is verified from here."""

import pytest
from amazon import ALICE, BOB
from drilling import yard

from core import moment
from core.connect.recipients import verify_recipient
from core.demo.running import Running
from core.errors import BadInput, NotAllowed
from core.store import audit


def test_amazon_sends_its_link_once_and_the_address_stands_in_no_audit(amazon: Running, tmp_path) -> None:
    with yard(amazon, tmp_path) as ground:
        said = verify_recipient(ground.desk, ground.connection, "New.Person@example.org", ALICE, moment.now())
        assert "mailed a link" in said
        held = amazon.amazon.world.regions["eu-west-1"].identities
        name = next(one for one in held if one.lower() == "new.person@example.org")
        held[name].status = "SUCCESS"
        again = verify_recipient(
            ground.desk, ground.connection, "New.Person@example.org", ALICE, moment.now()
        )
        assert "verified this address by now" in again
        entries = [one for one in audit.recent(ground.desk.store, 20) if one.action.startswith("recipient-")]
        assert len(entries) == 2 and "example.org" not in str([one.detail for one in entries])
        with pytest.raises(NotAllowed):
            verify_recipient(ground.desk, ground.connection, "a@example.org", BOB, moment.now())
        with pytest.raises(BadInput):
            verify_recipient(ground.desk, ground.connection, "no address", ALICE, moment.now())
