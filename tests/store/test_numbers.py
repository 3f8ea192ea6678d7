"""Numbers of connections and members never come again: a grant or a session must not reach whoever comes after."""

from core.members import people as members
from core.members.actor import Cli
from core.store import connections
from core.store.tables import Connection


def test_a_removed_connections_number_never_comes_again(store):
    def add(name: str) -> int:
        with store.write() as conn:
            connections.add(
                conn, Connection(uuid=name, name=name, region="eu-west-1", created_at=1, updated_at=1)
            )
        return connections.by_name(store, name).id

    first = add("first")
    with store.write() as conn:
        connections.remove(conn, first)
    assert add("second") > first


def test_a_removed_members_number_never_comes_again(store):
    members.add(store, Cli(), "root", "admin", 1, password="four words in a row")
    first = members.add(store, Cli(), "first", "viewer", 1).id
    members.remove(store, Cli(), first, 2)
    assert members.add(store, Cli(), "second", "viewer", 3).id > first
