"""From the words to the verb: open the store, do it, say what was done."""

import sys
from argparse import Namespace
from collections.abc import Callable

from core import moment
from core.admin import connections, doctor, keeping, people, tokens, topics
from core.admin.told import REFUSED, Told, refuse, say
from core.admin.words import understood
from core.errors import SesDeskError
from core.settings import Settings, settings
from core.store import audit
from core.store import store as open_settled_store
from core.store.engine import Store

Verb = Callable[[Namespace, Settings, Store, int], Told]


def verify_audit(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Whether the audit trail is as it was written."""
    found = audit.verify(store)
    values = {"whole": found.whole, "entries": found.entries, "broken_at": found.broken_at}
    if found.whole:
        return Told(values, (f"The audit trail is whole: {found.entries} entries.",))
    where = (
        "entries at its end are missing"
        if found.broken_at is None
        else f"entry {found.broken_at} does not fit"
    )
    return Told(
        values,
        (f"The audit trail was changed: {where}. {found.entries} entries before that are whole.",),
        REFUSED,
    )


VERBS: dict[str, Verb] = {
    "add-member": people.add_member,
    "reset-password": people.reset_password,
    "add-connection": connections.add_connection,
    "add-topic": topics.add_topic,
    "api-token": tokens.api_token,
    "rotate-keys": keeping.rotate_keys,
    "backup": keeping.backup,
    "move": keeping.move,
    "verify-audit": verify_audit,
    "doctor": doctor.doctor,
}


def main(words: list[str] | None = None) -> int:
    """Run one verb; the exit code."""
    asked = understood(words)
    try:
        chosen = settings()
        if asked.verb == "restore":  # before anything is opened: it may be the remedy
            return say(keeping.restore(asked, chosen, moment.now()), asked.json)
        store = open_settled_store(chosen)
        try:
            return say(VERBS[asked.verb](asked, chosen, store, moment.now()), asked.json)
        finally:
            store.close()
    except SesDeskError as error:
        if asked.verb == "doctor":
            return say(doctor.shut(error), asked.json)
        return refuse(error, asked.json)
    except KeyboardInterrupt:
        print("Stopped; nothing more was changed.", file=sys.stderr)
        return REFUSED
