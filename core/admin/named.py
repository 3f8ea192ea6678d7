"""The connection a person means by its name."""

from core.errors import NotFound
from core.store import connections
from core.store.engine import Store
from core.store.tables import Connection


def connection(store: Store, name: str) -> Connection:
    """The connection of this name. NotFound says which ones there are."""
    found = connections.by_name(store, name)
    if found is None:
        names = (
            ", ".join(each.name for each in connections.all(store)) or "none yet: add one with add-connection"
        )
        raise NotFound(f"There is no connection named {name}. There are: {names}.")
    return found
