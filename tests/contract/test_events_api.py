"""The read API as other systems meet it."""

import json
from datetime import UTC, datetime, timedelta

from contract.product import Account, Product, call
from contract.test_rates import NOON, new_id, said

FIELDS = {
    "id", "connection", "type", "message_id", "recipient", "occurred_at", "sent_at", "received_at", "identity",
    "configuration_set", "tags", "mailbox_provider", "bounce_type", "bounce_subtype", "diagnostic_code", "status",
    "feedback_type", "feedback_id", "candidates", "counts", "flags", "raw_id",
}  # fmt: skip


def test_an_event_has_exactly_the_promised_fields(account: Account) -> None:
    m = new_id()
    account.say(said("Bounce", m, "Ä <A@BÜCHER.example>", mail_fields={"tags": {"team": ["x"]}}))
    (event,) = account.events()
    assert set(event) == FIELDS
    assert (event["connection"], event["type"], event["message_id"]) == (account.name, "Bounce", m)
    assert event["recipient"] == "a@xn--bcher-kva.example"
    assert event["occurred_at"] == NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert (event["tags"], event["identity"], event["counts"]) == ({"team": ["x"]}, "example.org", True)


def test_what_is_no_ses_event_is_one_unknown_event_and_notices_are_none(account: Account) -> None:
    account.say("hello", json.dumps({"a": 1}), json.dumps([1]))
    account.say('{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"ok"}\n')
    account.say("Successfully validated SNS topic for Amazon SES event publishing.")
    events = account.events()
    assert [(e["type"], e["message_id"], e["recipient"]) for e in events] == [("UNKNOWN", None, None)] * 3
    m = new_id()
    odd = said("Send", m, "a@example.com") | {"eventType": "Teleport"}
    account.say(odd)
    assert [e["message_id"] for e in account.events(message_id=m)] == [m]
    assert account.events(message_id=m)[0]["type"] == "UNKNOWN"


def test_pages_follow_each_other_without_gap_or_repeat(account: Account) -> None:
    for n in range(7):
        account.say(
            said(
                "Send", new_id(), [f"p{n}{i}@example.com" for i in range(3)], NOON + timedelta(seconds=n // 2)
            )
        )
    whole = account.events()
    assert len(whole) == 21
    order = [(e["occurred_at"], e["id"]) for e in whole]
    assert order == sorted(sorted(order, key=lambda o: o[1]), key=lambda o: o[0], reverse=True)
    seen, cursor = [], None
    while True:
        page = account.get(
            "/api/v1/events", connection=account.name, limit=4, **({"cursor": cursor} if cursor else {})
        ).json
        seen += page["events"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole


def test_filters_are_exact_and_the_end_is_open(account: Account) -> None:
    m = new_id()
    account.say(
        said("Send", m, "a@example.com"), said("Delivery", m, "a@example.com", when=NOON + timedelta(hours=1))
    )
    since = NOON.strftime("%Y-%m-%dT%H:%M:%SZ")
    until = (NOON + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [e["type"] for e in account.events(since=since, until=until)] == ["Send"]
    assert len(account.events(type=["Send", "Delivery"], recipient="A@example.com")) == 2
    assert account.events(type="send") == []


def test_bad_questions_are_answered_with_the_field(account: Account) -> None:
    for path, query, field in [
        ("/api/v1/events", {"limit": "0"}, "limit"),
        ("/api/v1/events", {"limit": "1001"}, "limit"),
        ("/api/v1/events", {"since": "yesterday"}, "since"),
        ("/api/v1/events", {"since": "2026-01-01"}, "since"),
        ("/api/v1/events", {"cursor": "!!"}, "cursor"),
        ("/api/v1/events", {"colour": "red"}, "colour"),
        ("/api/v1/rates", {"by": "moon"}, "by"),
        ("/api/v1/rates", {"from": "2026-13-01"}, "from"),
        ("/api/v1/rates", {"cohort": "x"}, "cohort"),
        ("/api/v1/rates", {"from": "2026-01-02", "to": "2026-01-01"}, "from"),
        ("/api/v1/rates", {"by": "tag:"}, "by"),
        ("/api/v1/openapi.json", {"colour": "red"}, "colour"),
    ]:
        answer = account.get(path, **query)
        assert answer.status == 400, (path, query, answer.body)
        error = answer.json["error"]
        assert error["field"] == field
        assert error["code"] == error["code"].lower().replace("_", "-").replace(" ", "-")


def test_tokens_open_only_their_own_connection(account: Account, product: Product) -> None:
    assert call("GET", product.base + "/api/v1/events").status == 401
    assert (
        call("GET", product.base + "/api/v1/rates", headers={"Authorization": "Bearer wrong"}).status == 401
    )
    other = product.connect(account.name + "-other")
    other.say(said("Send", new_id(), "a@example.com"))
    assert account.get("/api/v1/events", connection=other.name).status == 404
    assert account.get("/api/v1/rates", connection="nobody").status == 404
    assert account.get("/api/v1/events").json["events"] == []
    everything = product.admin_json("api-token", f"all-{account.name}")["token"]
    answer = call(
        "GET",
        product.base + f"/api/v1/events?connection={other.name}",
        headers={"Authorization": f"Bearer {everything}"},
    )
    assert len(answer.json["events"]) == 1
    assert product.admin("api-token", f"all-{account.name}", "--revoke", "--json").returncode == 0
    assert (
        call("GET", product.base + "/api/v1/events", headers={"Authorization": f"Bearer {everything}"}).status
        == 401
    )


def test_rates_say_what_they_are(account: Account) -> None:
    today = datetime.now(UTC).date()
    answer = account.get("/api/v1/rates", connection=account.name).json
    definition = answer["definition"]
    assert (definition["cohort"], definition["unit"], definition["to"]) == (
        "sent",
        "recipient",
        today.isoformat(),
    )
    assert definition["from"] == (today - timedelta(days=29)).isoformat()
    assert isinstance(definition["excluded"], list)
    assert set(answer["rows"][0]) == {
        "day", "sent", "delivered", "bounced_permanent", "bounced_transient", "complained", "bounce_rate", "complaint_rate", "unknown",
    }  # fmt: skip


def test_the_description_is_valid_and_unknown_api_paths_are_json_404(
    account: Account, product: Product
) -> None:
    from openapi_spec_validator import validate

    description = account.get("/api/v1/openapi.json")
    assert description.status == 200
    validate(description.json)
    for path in ("/api/v1/nothing", "/sns", "/sns/", "/api", "/unsubscribe", "/metrics/x"):
        answer = account.get(path)
        assert answer.status in (401, 404, 405), (path, answer.status)
        assert b"<html" not in answer.body.lower()
    assert call("POST", product.base + "/api/v1/events").status == 405
