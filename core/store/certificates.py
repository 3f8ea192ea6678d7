"""SNS signing certificates that were downloaded. The demo's never come here."""

import sqlalchemy as sa

from core.store.rows import Source, many, one, table, writing
from core.store.rows import put as _put
from core.store.tables import Certificate

_certificates = table(Certificate)


def get(source: Source, url: str) -> str | None:
    """The certificate downloaded from exactly this URL, as PEM."""
    found = one(source, Certificate, _certificates.c.url == url)
    return None if found is None else found.pem


def put(source: Source, url: str, pem: str, now: int) -> None:
    """Keep a certificate."""
    with writing(source) as conn:
        _put(conn, Certificate(url=url, pem=pem, fetched_at=now))


def all(source: Source) -> list[Certificate]:
    """Every one that is kept, by its URL."""
    return many(source, Certificate, sa.select(_certificates).order_by(_certificates.c.url))
