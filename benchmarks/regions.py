"""The look at every region, with a line of 80 ms round trip to Amazon: a proxy on loopback holds every message back.

A connection costs 240 ms before its first byte (TCP and TLS are three round trips), each question 80 ms. No TLS is
spoken, and the demo Amazon answers on the same two cores; both are part of the figure.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figure import Figure, could_not_run, figure

CONNECT, ROUND_TRIP, LIMIT = 0.240, 0.080, 1.0  # seconds
NAME, TARGET = "region finder: 33 regions at 80 ms round trip", "at most 1.0 s"


@contextmanager
def delayed(host: str, port: int) -> Iterator[int]:
    """A port on loopback that leads to another one, slowly."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), [0]

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float) -> None:
        while data := await reader.read(65536):
            await asyncio.sleep(wait)
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(CONNECT)
            there, back = await asyncio.open_connection(host, port)
            await asyncio.gather(carry(reader, back, ROUND_TRIP), carry(there, writer, 0))
        except (asyncio.CancelledError, OSError):
            return  # the line is cut

    async def begin() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=256)
        found[0] = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.create_task(begin())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        asyncio.run_coroutine_threadsafe(_ended(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)


async def _ended() -> None:
    """Every line is cut."""
    lines = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)


def figures(quick: bool = False) -> Iterator[Figure]:
    """The first look of a process that has spoken to Amazon before, and no look shorter than the line allows."""
    from core.aws.access import Access
    from core.aws.credentials import Credentials
    from core.aws.finder import find
    from core.demo.running import running
    from core.vault.secret import Secret

    try:
        with tempfile.TemporaryDirectory(prefix="regions") as folder, running(Path(folder)) as here:
            demo = here.demo
            keys = Credentials("keys", Secret(demo.access_key_id), Secret(demo.secret_access_key))
            way = Access(keys, "eu-west-1", endpoint_url=demo.endpoint_url)
            way.client("sts").get_caller_identity()
            there = urlsplit(demo.endpoint_url)
            taken = []
            with delayed(there.hostname or "", there.port or 0) as port:
                slow = replace(way, endpoint_url=f"http://127.0.0.1:{port}")
                for _ in range(1 if quick else 5):
                    began = time.perf_counter()
                    places = find(slow, "news@example.com")
                    taken.append(time.perf_counter() - began)
                    if len(places) != 33 or any(one.state == "unknown" for one in places):
                        raise RuntimeError(f"not every region answered: {places}")
        yield figure(
            NAME, taken, "s", "the limit that was set", [LIMIT], TARGET, most=1.0,
            note=f"Slowest of {len(taken)}: {max(taken):.2f} s. The line alone costs "
            f"{CONNECT + ROUND_TRIP:.2f} s, {CONNECT + 2 * ROUND_TRIP:.2f} s where there are senders.",
        )  # fmt: skip
    except Exception as error:
        yield could_not_run(NAME, "s", TARGET, error)
