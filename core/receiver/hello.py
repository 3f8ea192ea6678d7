"""Is it really this SES Desk that answers at its public address? POST /sns/hello/{asked}, asked by ourselves, and a link
looked at with ?hello={asked}.

`asked` is a short-lived question that only an installation with the same store can put; the answer can only come from one
that shares it. To anybody else's question the path does not exist, so that it tells a stranger nothing.
"""

import asyncio
import hashlib
import hmac
import re
import secrets

from core.errors import SesDeskError
from core.receiver.answers import NOT_FOUND, Answer, error, json_answer
from core.store import meta
from core.store.engine import Store

KEY = "hello-key"  # meta: 32 random bytes in hex, of no other use
LIFE = 60_000  # milliseconds a question stands
_SHAPE = re.compile(r"([0-9a-f]{12})([0-9a-f]{32})([0-9a-f]{32})")


def ask(store: Store, now: int) -> str:
    """A new question, good for a minute. Makes the key on first use. Raises Unavailable."""
    with store.write() as conn:
        meta.put_new(conn, KEY, secrets.token_hex(32))
    head = f"{now + LIFE:012x}{secrets.token_hex(16)}"
    return head + _mac(_key(store), "asked", head)


def answer_to(store: Store, asked: str) -> str:
    """What only an installation with this store can answer."""
    return _mac(_key(store), "answer", asked)


def of_link(store: Store, asked: str, opens: bool) -> str:
    """The same for the page of an unsubscribe link: it differs by whether the link is known to whoever shows the page."""
    return _mac(_key(store), "opens" if opens else "shut", asked)


def put_by_us(store: Store, asked: str, now: int) -> bool:
    """Whether an installation with this store put the question, a moment ago. Raises Unavailable."""
    shape = _SHAPE.fullmatch(asked)
    if shape is None or not now <= int(shape[1], 16) <= now + 2 * LIFE:
        return False
    key = _key(store)
    return bool(key) and hmac.compare_digest(_mac(key, "asked", asked[:44]), shape[3])


async def hello(store: Store, method: str, asked: str, now: int) -> Answer:
    """Answer our own question; 404 for everybody else's, one that has ended, and every method but POST."""
    if method != "POST" or _SHAPE.fullmatch(asked) is None:
        return NOT_FOUND
    try:
        ours = await asyncio.to_thread(put_by_us, store, asked, now)
        return (
            json_answer({"answer": await asyncio.to_thread(answer_to, store, asked)}) if ours else NOT_FOUND
        )
    except SesDeskError:
        return error(503, "store", "The store cannot be read just now.")


def _key(store: Store) -> str:
    return meta.get(store, KEY) or ""


def _mac(key: str, use: str, text: str) -> str:
    return hmac.new(key.encode(), f"{use}\n{text}".encode(), hashlib.sha256).hexdigest()[:32]
