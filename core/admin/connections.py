"""The verb that adds a connection: the same checks and the same saving as the walk on screen, and no call to Amazon."""

from argparse import Namespace

from core.admin import stdin
from core.admin.told import Told
from core.aws.credentials import ROLE
from core.connect import endpoint, keys, walk
from core.members.actor import Cli
from core.settings import Settings
from core.store.engine import Store
from core.vault import open_vault


def add_connection(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Save a connection with the keys that were piped in, or with the machine's own role."""
    place = endpoint.recognise(asked.region)
    credentials = ROLE
    if asked.access_key_id is not None:
        secret = stdin.needed("secret access key", keys.SECRET)
        credentials = keys.clean(asked.access_key_id, secret.reveal())
    wanted = walk.Wanted(asked.name, place, credentials, asked.sender)
    made = walk.save(store, open_vault(chosen, store), wanted, Cli(), now)
    return Told(
        {"connection": made.name}, (f"The connection {made.name} is saved. Nothing was asked of Amazon yet.",)
    )
