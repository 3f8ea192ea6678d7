"""Which topic may say what at which token: open and closed, waiting, pinned and strange ones."""

from datetime import UTC, datetime, timedelta

from receiving import Desk, Line, on_both
from sns_signer import ACCOUNT, REGION, ses_event

from core import moment
from core.store import callbacks

pytestmark = on_both


def arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def topics(desk: Desk, line: Line) -> dict[str, str]:
    return {row["arn"]: row["state"] for row in desk.rows("topics", line)}


def test_a_new_topic_at_an_open_token_waits_until_an_admin_pins_it(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    asked = post_office.signer.confirmation(line.arn, token="the-confirmation-token")
    answer = post_office.post(line, asked)
    assert (answer.status, answer.json) == (200, {"status": "waiting"})
    (topic,) = post_office.rows("topics", line)
    assert (topic["arn"], topic["state"], topic["confirm_token"]) == (
        line.arn,
        "waiting",
        "the-confirmation-token",
    )

    message = post_office.signer.notification(line.arn, ses_event())
    waiting = post_office.post(line, message)
    assert (waiting.status, waiting.code, waiting.headers["retry-after"]) == (503, "topic-waiting", "30")
    forged = post_office.post(line, {**message, "Message": "{}"})
    assert forged.status == 403
    assert post_office.count("notifications", line) == 0

    with post_office.store.write() as conn:
        callbacks.pin(conn, line.callback_id, line.arn, moment.now())
    assert post_office.post(line, message).status == 200
    assert post_office.count("notifications", line) == 1
    assert post_office.fetched == []


def test_asking_again_is_200_and_brings_the_newer_token(post_office: Desk) -> None:
    for line in (post_office.line(open=True, pinned=False), post_office.line()):
        for token in ("first", "second"):
            assert (
                post_office.post(line, post_office.signer.confirmation(line.arn, token=token)).status == 200
            )
        (topic,) = post_office.rows("topics", line)
        assert topic["confirm_token"] == "second"


def test_a_pinned_topic_stays_pinned_when_it_asks_again(post_office: Desk, line: Line) -> None:
    assert post_office.post(line, post_office.signer.confirmation(line.arn)).status == 200
    assert topics(post_office, line) == {line.arn: "pinned"}


def test_an_old_request_does_not_look_new(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    at = datetime.now(UTC) - timedelta(days=3)
    assert post_office.post(line, post_office.signer.confirmation(line.arn, at=at)).status == 200
    (topic,) = post_office.rows("topics", line)
    assert abs(topic["confirm_token_at"] - at.timestamp() * 1000) < 1000


def test_a_strange_topic_at_a_closed_token_is_refused_and_noted(post_office: Desk, line: Line) -> None:
    for message in (
        post_office.signer.confirmation(arn("mallory")),
        post_office.signer.notification(arn("mallory"), ses_event()),
        post_office.signer.confirmation(arn("mallory"), kind="UnsubscribeConfirmation"),
    ):
        answer = post_office.post(line, message)
        assert (answer.status, answer.code) == (403, "unknown-topic")
    assert topics(post_office, line) == {line.arn: "pinned"}
    assert post_office.findings(line) == {"confirmation-rejected"}


def test_ten_topics_may_wait_and_no_more(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    answers = [post_office.post(line, post_office.signer.confirmation(arn(f"t{n}"))) for n in range(12)]
    assert [answer.status for answer in answers] == [200] * 10 + [403] * 2
    assert len(topics(post_office, line)) == 10
    assert post_office.post(line, post_office.signer.confirmation(arn("t3"))).status == 200
    with post_office.store.write() as conn:
        callbacks.pin(conn, line.callback_id, arn("t0"), moment.now())
    assert post_office.post(line, post_office.signer.confirmation(arn("t10"))).status == 200


def test_only_confirmations_open_a_topic(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    for message in (
        post_office.signer.notification(line.arn, ses_event()),
        post_office.signer.confirmation(line.arn, kind="UnsubscribeConfirmation"),
    ):
        assert post_office.post(line, message).status == 403
    assert topics(post_office, line) == {}


def test_what_is_no_topic_cannot_wait(post_office: Desk) -> None:
    line = post_office.line(open=True, pinned=False)
    for name in (
        "x",
        "arn:aws:sns:eu-west-1:111122223333:x.fifo",
        "arn:aws:sns:xx-west-1:111122223333:x",
        "<script>",
    ):
        assert post_office.post(line, post_office.signer.confirmation(name)).status == 403
    assert topics(post_office, line) == {}


def test_a_topic_of_one_token_means_nothing_at_another(post_office: Desk, line: Line) -> None:
    other = post_office.line()
    assert post_office.post(other, post_office.signer.notification(line.arn, ses_event())).status == 403


def test_a_disabled_connection_still_stores(post_office: Desk, line: Line) -> None:
    with post_office.store.write() as conn:
        conn.exec_driver_sql(f"UPDATE connections SET disabled = true WHERE id = {line.connection_id}")
    assert post_office.post(line, post_office.signer.notification(line.arn, ses_event())).status == 200


def test_subscribe_url_is_never_fetched(post_office: Desk) -> None:
    import sys

    line = post_office.line(open=True, pinned=False)
    seen: list[object] = []
    watching = [True]

    def spy(event: str, args: tuple[object, ...]) -> None:
        if watching[0] and event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
            seen.append(args[1] if event == "socket.connect" else args[0])

    sys.addaudithook(spy)
    for kind in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        post_office.post(line, post_office.signer.confirmation(line.arn, kind=kind))
    watching[0] = False
    assert {host[0] if isinstance(host, tuple) else host for host in seen} <= {"127.0.0.1"}
    assert post_office.fetched == []
