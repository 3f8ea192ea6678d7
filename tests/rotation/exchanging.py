"""Users of the demo Amazon with keys to exchange, and a connection that uses one of them."""

from itertools import count
from typing import Any

from amazon import ALICE
from drilling import IRELAND, Yard

from core import moment
from core.connect import access, checks
from core.connect.keys import clean
from core.connect.policy import policy
from core.demo.control import BUTTONS
from core.demo.world import AccessKey
from core.rotation import begin, prove
from core.store import connections, credentials
from core.store.tables import Connection, SentTest

CAREFUL = policy(["review", "send", "senders", "listen", "keycare"], "000000000000", IRELAND)
PLAIN = policy(["review", "send", "senders", "listen"], "000000000000", IRELAND)
_numbers = count()


def fresh(ground: Yard, user: str = "", **wish: Any) -> AccessKey:
    """One more key, of a user of its own unless one is named."""
    wish = {"policy": CAREFUL, "user": user or f"exchanged-{next(_numbers)}", **wish}
    made = BUTTONS["POST", "/_demo/keys"](ground.amazon.amazon, wish)
    key: AccessKey = ground.amazon.amazon.world.keys[made["id"]]
    return key


def connection(ground: Yard) -> Connection:
    """The connection as it is now."""
    found = connections.by_id(ground.desk.store, ground.number)
    assert found is not None
    return found


def use(ground: Yard, typed: Any) -> Connection:
    """Connect with these credentials (or this key), as they were kept at some time, and check."""
    given = clean(typed.id, typed.secret) if isinstance(typed, AccessKey) else typed
    with ground.desk.store.write() as conn:
        credentials.put(conn, access.seal(ground.desk.vault, connection(ground), given, moment.now()))
    mine = connection(ground)
    way = access.of(ground.desk.store, ground.desk.vault, ground.desk.settings, mine)
    return checks.keep(ground.desk.store, mine, list(checks.run(way, prove.FEATURES)), ALICE, moment.now())


def enter(ground: Yard, key: AccessKey) -> Connection:
    """The second key goes in."""
    given = begin.given(f" {key.id}\n", key.secret)
    begin.begin(ground.desk, connection(ground), given, ALICE, moment.now())
    return connection(ground)


def prove_it(ground: Yard, to: str = "") -> SentTest:
    """Checks and test with the second key."""
    lines = [line for line in prove.check_second(ground.desk, connection(ground)) if line.state != "running"]
    return prove.send(ground.desk, connection(ground), lines, to, ALICE, moment.now())


def in_use(ground: Yard) -> str:
    """The ID of the key that the connection uses."""
    found = access.unseal(ground.desk.store, ground.desk.vault, connection(ground)).access_key_id
    return found.reveal() if found else ""
