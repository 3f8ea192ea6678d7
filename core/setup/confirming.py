"""Our side of the confirmation: the token that the receiver put by, and noting that Amazon took it."""

from core.connect.listen import UNCONFIRMED
from core.setup.site import Site
from core.store import callbacks, findings
from core.store.tables import Topic


def topic_row(site: Site) -> Topic | None:
    """The topic at our callback, as the receiver keeps it."""
    rows = callbacks.topics(site.desk.store, site.connection.id or 0)
    return next(
        (row for row in rows if (row.callback_id, row.arn) == (site.callback_id, site.names.topic_arn)), None
    )


def token_of(site: Site) -> str | None:
    """The token with which Amazon asked, while it is good."""
    row = topic_row(site)
    if row is None or not row.confirm_token:
        return None
    fresh = site.clock() - (row.confirm_token_at or 0) <= callbacks.TOKEN_LIFE
    return row.confirm_token if fresh else None


def confirmed(site: Site, subscription_arn: str) -> None:
    """Note that Amazon delivers from now on."""
    row, now, number = topic_row(site), site.clock(), site.connection.id or 0
    if row is None:
        return
    with site.desk.store.write() as conn:
        callbacks.confirmed(conn, row.id or 0, subscription_arn or row.subscription_arn, now)
        for reference in (UNCONFIRMED, "unsubscribed-by-amazon"):
            findings.resolve(conn, number, reference, row.arn, now)


def forget_token(site: Site) -> None:
    """Amazon does not take it any more."""
    row = topic_row(site)
    if row is not None:
        with site.desk.store.write() as conn:
            callbacks.forget_token(conn, row.id or 0)
