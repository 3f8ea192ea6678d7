"""Our own side of the chain: what a connection's should be, and one look at what it is."""

from collections.abc import Sequence
from dataclasses import replace

from core.aws import chain
from core.aws.access import Access
from core.aws.chain import Chain
from core.aws.topics import account_of
from core.chain.expected import Expected
from core.connect import access, listen
from core.desk import Desk
from core.errors import SesDeskError
from core.setup import names, saga
from core.store import callbacks, queues
from core.store.tables import Connection

SEARCH = 10  # configuration sets of an account that was set up by hand, to find the one that reports here


def expected(desk: Desk, connection: Connection) -> Expected:
    """From the set-up where there is one, else from the topics that were pinned by hand. Asks nobody but the store."""
    number = connection.id or 0
    pinned = [one for one in callbacks.topics(desk.store, number) if one.state == "pinned"]
    kept = queues.of_connection(desk.store, number)
    standing = saga.current(desk.store, number)
    choices = standing.choices if standing else None
    arns = dict.fromkeys(one.arn for one in pinned)
    carried = [arn for queue in kept for arn in queues.topics_of(queue)]
    arns |= {arn: None for arn in carried if not set("*?") & set(arn)}  # a pattern is no topic to look at
    account = connection.account_id or next((account_of(arn) for arn in arns), "")
    its = names.of(connection, account, choices) if choices and account else None
    by_set = choices is not None and choices.way == "configuration-set"
    chosen = (its.topic_arn,) if its else tuple(arns)
    return Expected(
        account=account,
        region=connection.region,
        identity=connection.from_address or (choices.identity if choices else ""),
        topic_arns=chosen,
        also=tuple(arn for arn in arns if arn not in chosen),
        endpoint_url=_endpoint(desk, connection),
        queue_arns=tuple(one.arn for one in kept if one.kind == "events"),
        way=choices.way if choices else "",
        configuration_set=its.configuration_set if its and by_set else "",
        callbacks=tuple(one.token_hash for one in callbacks.of_connection(desk.store, number)),
    )


def look(
    desk: Desk, connection: Connection, others: Sequence[str] = (), way: Access | None = None
) -> tuple[Chain, Expected]:
    """Read the chain from Amazon, and what it should be. About ten calls, and up to four for each other identity. Raises Locked and BadInput (disabled).

    `way` is that of the round this belongs to, if it belongs to one. Of several topics pinned by hand, those that SES names count; a topic of earlier days is no fault.
    """
    wanted = expected(desk, connection)
    way = way or access.of(desk.store, desk.vault, desk.settings, connection)
    urls = [one.url for one in queues.of_connection(desk.store, connection.id or 0)]
    search = 0 if wanted.way else SEARCH
    found = chain.read(
        way, wanted.identity, wanted.topic_arns, wanted.configuration_set, urls, search, others
    )
    if not wanted.way and len(wanted.topic_arns) > 1:
        named = {one.topic_arn for one in found.destinations}
        named |= set(found.identity.topics.values()) if found.identity else set()
        if used := tuple(arn for arn in wanted.topic_arns if arn in named):
            rest = tuple(arn for arn in wanted.accepted if arn not in used)
            wanted = replace(wanted, topic_arns=used, also=rest)
            found = replace(
                found,
                topics=tuple(one for one in found.topics if one.arn in used),
                subscriptions=tuple(one for one in found.subscriptions if one.topic_arn in used),
            )
    unread = {
        f"subscriptions {one.topic_arn}": one.unread
        for one in found.subscriptions
        if one.unread is not None and wanted.is_ours(one.endpoint)
    }
    return replace(found, unread={**found.unread, **unread}), wanted


def _endpoint(desk: Desk, connection: Connection) -> str:
    """The callback's address; "" when there is none, or the vault that keeps it is locked."""
    try:
        shown = listen.kept_callback(desk.store, desk.vault, desk.settings, connection)
    except SesDeskError:
        return ""
    return (shown.url or "") if shown else ""
