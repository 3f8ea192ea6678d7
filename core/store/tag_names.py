"""Which tags the mail of some connections carries."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.store.rows import Source, reading, table
from core.store.tables import Rollup

_rollups = table(Rollup)
_HEAD = "tag:"
MOST = 100


def tag_names(source: Source, connection_ids: Sequence[int]) -> list[str]:
    """The names of tags anything was counted under, at most 100; the sender's own first, Amazon's (ses:…) after them.

    Goes from name to name along the key instead of reading every row of every tag.
    """
    found: set[str] = set()
    with reading(source) as conn:
        for connection_id in connection_ids:
            last: str | None = _HEAD
            while last is not None and len(found) < MOST:
                last = conn.execute(
                    sa.select(sa.func.min(_rollups.c.dimension)).where(
                        _rollups.c.connection_id == connection_id, _rollups.c.dimension > last
                    )
                ).scalar()
                if last is None or not last.startswith(_HEAD):
                    break
                found.add(last.removeprefix(_HEAD))
    return sorted(found, key=lambda name: (name.startswith("ses:"), name))
