"""Group commit: few transactions for many requests, an answer only for what is durable, trouble kept to the one who makes it."""

import asyncio
import threading
import time
from typing import Any

import pytest
from receiving import Desk, Line, nobody_else_writes, on_both
from sns_signer import ses_event

from core import moment
from core.errors import Unavailable
from core.events.event import Notification, Parsed
from core.receiver import batch, waiting
from core.receiver import intake as module
from core.receiver.batch import take_in_now
from core.receiver.intake import Intake
from core.store import connections

pytestmark = on_both
both = pytest.mark.parametrize("inline", [False, True], ids=["by a thread", "on the loop"])


def notification(line: Line, number: int, message: str | None = None) -> Notification:
    import json

    text = (
        message
        if message is not None
        else json.dumps(ses_event(message_id=f"m{line.connection_id}-{number}"))
    )
    now = moment.now()
    return Notification(
        line.connection_id, None, f"sns-{line.connection_id}-{number}", None, text, now, now, "2"
    )


@both
def test_many_requests_share_few_transactions(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch, inline: bool
) -> None:
    sizes: list[int] = []

    real = batch.record

    def counting(conn: Any, batch: Any) -> list[bool]:
        sizes.append(len(batch))
        return real(conn, batch)

    monkeypatch.setattr(batch, "record", counting)

    async def story() -> list[bool]:
        intake = Intake(post_office.store, inline=inline)
        results = await asyncio.gather(*(intake.take_in(notification(line, number)) for number in range(500)))
        await asyncio.to_thread(intake.close)
        return results

    assert asyncio.run(story()) == [True] * 500
    assert sum(sizes) == 500
    assert len(sizes) < 50
    assert post_office.count("events", line) == 500


@both
def test_the_same_message_at_once_a_hundred_times_is_stored_once(
    post_office: Desk, line: Line, inline: bool
) -> None:
    async def story() -> list[bool]:
        intake = Intake(post_office.store, inline=inline)
        same = notification(line, 1)
        results = await asyncio.gather(*(intake.take_in(same) for _ in range(100)))
        await asyncio.to_thread(intake.close)
        return results

    assert sorted(asyncio.run(story())) == [False] * 99 + [True]
    assert post_office.count("events", line) == 1


def test_a_full_queue_refuses_and_recovers(post_office: Desk, line: Line) -> None:
    async def story() -> None:
        intake = Intake(post_office.store, queue=4)
        with nobody_else_writes(post_office.store):
            first = [asyncio.ensure_future(intake.take_in(notification(line, number))) for number in range(4)]
            await asyncio.sleep(0.2)
            more = [
                asyncio.ensure_future(intake.take_in(notification(line, number))) for number in range(4, 8)
            ]
            await asyncio.sleep(0)
            with pytest.raises(Unavailable):
                await intake.take_in(notification(line, 99))
        assert all(await asyncio.gather(*first, *more))
        assert await intake.take_in(notification(line, 99))
        await asyncio.to_thread(intake.close)

    asyncio.run(story())
    assert post_office.count("events", line) == 9


@both
def test_a_slow_commit_is_answered_as_trouble_and_may_still_come_true(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch, inline: bool
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)

    async def story() -> None:
        intake, one = Intake(post_office.store, inline=inline), notification(line, 1)
        with nobody_else_writes(post_office.store), pytest.raises(Unavailable):
            await intake.take_in(one)
        await asyncio.to_thread(intake.close, 5)
        assert take_in_now(post_office.store, [one]) == [False]

    asyncio.run(story())


def test_what_our_own_code_cannot_record_is_kept_raw_and_blocks_nobody(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.record

    def breaking(conn: Any, taken: Any) -> list[bool]:
        for one, parsed in taken:
            if one.sns_message_id.endswith("-3") and parsed.events:
                raise ZeroDivisionError
        return real(conn, taken)

    monkeypatch.setattr(batch, "record", breaking)
    assert take_in_now(post_office.store, [notification(line, number) for number in range(6)]) == [True] * 6
    rows = post_office.rows("notifications", line)
    assert sorted(row["state"] for row in rows) == ["parsed"] * 5 + ["quarantined"]
    assert post_office.count("events", line) == 5


def test_what_cannot_be_read_is_kept_raw(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(_: Notification) -> Parsed:
        raise KeyError("secret-person@example.com")

    monkeypatch.setattr(batch, "parse", breaking)
    answer = post_office.post(line, post_office.signer.notification(line.arn, ses_event()))
    assert answer.status == 200
    (row,) = post_office.rows("notifications", line)
    assert row["state"] == "quarantined"
    assert "secret-person" not in str(row["note"])


def test_a_bug_while_storing_is_503_and_says_nothing_of_it(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*_: Any) -> list[bool]:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(batch, "record", breaking)
    answer = post_office.post(line, post_office.signer.notification(line.arn, ses_event()))
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert b"secret" not in answer.body


@both
def test_closing_finishes_what_waits_and_takes_nothing_more(
    post_office: Desk, line: Line, inline: bool
) -> None:
    async def story() -> None:
        intake = Intake(post_office.store, inline=inline)
        waiting = [asyncio.ensure_future(intake.take_in(notification(line, number))) for number in range(50)]
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(asyncio.to_thread(intake.close))
        assert all(await asyncio.gather(*waiting))
        await closing
        with pytest.raises(Unavailable):
            await intake.take_in(notification(line, 99))

    asyncio.run(story())
    assert post_office.count("events", line) == 50


def test_a_connection_that_was_removed_a_moment_ago_gets_no_more_rows(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message).status == 200
    with post_office.store.write() as conn:
        connections.remove(conn, line.connection_id)
    assert post_office.post(line, post_office.signer.notification(line.arn, ses_event())).status in (404, 503)
    assert post_office.count("notifications", line) == post_office.count("events", line) == 0


def test_a_removed_topic_is_not_written_to(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message).status == 200
    with post_office.store.write() as conn:
        conn.exec_driver_sql(f"DELETE FROM callbacks WHERE id = {line.callback_id}")
    time.sleep(1.1)
    assert post_office.post(line, message).status == 404


def test_concurrent_equal_posts_over_http_count_once(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    statuses: list[int] = []

    def post() -> None:
        for _ in range(10):
            statuses.append(post_office.post(line, message).status)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 80
    assert post_office.count("notifications", line) == post_office.count("events", line) == 1


def who_records(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that recorded, in order."""
    real, threads = batch.record, []

    def watched(conn: Any, taken: Any) -> list[bool]:
        threads.append(threading.current_thread().name)
        return real(conn, taken)

    monkeypatch.setattr(batch, "record", watched)
    return threads


def test_the_loop_commits_until_that_was_slow(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = who_records(monkeypatch)

    async def story() -> None:
        intake = Intake(post_office.store, inline=True)
        assert await intake.take_in(notification(line, 1))
        monkeypatch.setattr(module, "SLOW", -1.0)
        assert await intake.take_in(notification(line, 2))
        assert await intake.take_in(notification(line, 3))
        await asyncio.to_thread(intake.close)

    asyncio.run(story())
    if post_office.store.dialect == "sqlite":
        assert threads == ["MainThread", "MainThread", "intake"]
    else:
        assert set(threads) == {"intake"}


def test_the_loop_stays_free_while_somebody_else_writes(post_office: Desk, line: Line) -> None:
    async def story() -> None:
        intake = Intake(post_office.store, inline=True)
        with nobody_else_writes(post_office.store):
            waiting = asyncio.ensure_future(intake.take_in(notification(line, 1)))
            for _ in range(40):  # longer than the loop asks by itself
                await asyncio.sleep(0.01)
            assert not waiting.done()
        assert await waiting
        assert await intake.take_in(notification(line, 2))
        await asyncio.to_thread(intake.close)

    asyncio.run(story())
    assert post_office.count("events", line) == 2


def test_what_the_loop_cannot_record_the_thread_keeps_raw(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.record

    def breaking(conn: Any, taken: Any) -> list[bool]:
        for one, parsed in taken:
            if one.sns_message_id.endswith("-3") and parsed.events:
                raise ZeroDivisionError
        return real(conn, taken)

    monkeypatch.setattr(batch, "record", breaking)

    async def story() -> None:
        intake = Intake(post_office.store, inline=True)
        assert all(await asyncio.gather(*(intake.take_in(notification(line, number)) for number in range(6))))
        await asyncio.to_thread(intake.close)

    asyncio.run(story())
    rows = post_office.rows("notifications", line)
    assert sorted(row["state"] for row in rows) == ["parsed"] * 5 + ["quarantined"]


def test_a_call_that_fails_for_want_of_memory_does_not_stop_the_loop_for_good(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    if post_office.store.dialect == "postgresql":
        pytest.skip("on PostgreSQL a thread commits, never the loop")
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    failing = [True, True]

    async def story() -> list[bool]:
        intake, loop = Intake(post_office.store, inline=True), asyncio.get_running_loop()
        soon = loop.call_soon

        def fail_once(work: Any, *words: Any, **more: Any) -> Any:
            if getattr(work, "__func__", None) is Intake._commit_here and failing[0]:
                failing[0] = False
                raise MemoryError
            return soon(work, *words, **more)

        def fail_after_the_commit(size: int, seconds: float, stored: bool) -> None:
            if failing[1]:
                failing[1] = False
                raise MemoryError

        monkeypatch.setattr(loop, "call_soon", fail_once, raising=False)
        intake.committed = fail_after_the_commit
        loop.set_exception_handler(lambda *_: None)
        first, *others = (notification(line, number) for number in (1, 2, 3))
        with pytest.raises(MemoryError):
            await intake.take_in(first)
        results = [await intake.take_in(each) for each in (*others, first)]
        await asyncio.to_thread(intake.close)
        return results

    assert asyncio.run(story()) == [True, True, False]
    assert failing == [False, False]
    assert post_office.count("events", line) == 3


def test_one_who_cannot_be_told_keeps_nobody_else_waiting(
    post_office: Desk, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways: one of a batch fails, and the words for all of it fail; who waits behind the batch is written all the same."""
    monkeypatch.setattr(module, "BATCH", 10)
    monkeypatch.setattr(module, "PATIENCE", 2.0)
    true, failing = module.answer, [True]

    def fail_once(*words: Any) -> None:
        if failing[0]:
            failing[0] = False
            raise MemoryError
        true(*words)

    class Deaf(asyncio.Future[bool]):
        def set_result(self, result: bool) -> None:
            raise MemoryError

    async def story() -> list[bool | BaseException]:
        intake, loop = Intake(post_office.store, inline=True), asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        intake.put(notification(line, 99), Deaf())
        asked = [intake.take_in(notification(line, number)) for number in range(9)]
        first = await asyncio.gather(*asked, return_exceptions=True)
        monkeypatch.setattr(module, "answer", fail_once)
        asked = [intake.take_in(notification(line, number)) for number in range(100, 130)]
        rest = await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.to_thread(intake.close)
        return [*first, *rest]

    results = asyncio.run(story())
    assert results[:9] == [True] * 9
    assert [type(each) for each in results[9:19]] == [Unavailable] * 10  # stored, and asked again by Amazon
    assert results[19:] == [True] * 20
    assert post_office.count("events", line) == 40


def test_without_memory_for_a_batch_everything_waits_on(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = waiting.Queue()
    for number in range(3):
        queue.put(
            waiting.Waiting(
                (notification(line, number), Parsed(())), asyncio.Future(loop=asyncio.new_event_loop())
            )
        )
    held = queue.bytes

    def no_memory(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(waiting, "sum", no_memory, raising=False)
    with pytest.raises(MemoryError):
        queue.batch(2)
    monkeypatch.undo()
    assert len(queue) == 3 and queue.bytes == held
    assert len(queue.batch(5)) == 3 and queue.bytes == 0
