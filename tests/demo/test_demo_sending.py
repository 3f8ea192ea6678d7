"""A mail at the demo Amazon: what is accepted, what the mailbox simulator then tells, by both channels."""

import json
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.demo.mail import EICAR
from core.demo.world import Region

SIMULATOR = "simulator.amazonses.com"
EXPECTED = {
    "success": (["Delivery"], ["Send", "Delivery"]),
    "bounce": (["Bounce"], ["Send", "Bounce"]),
    "ooto": (["Delivery"], ["Send", "Delivery"]),
    "complaint": (["Delivery", "Complaint"], ["Send", "Delivery", "Complaint"]),
    "suppressionlist": (["Bounce"], ["Send", "Bounce"]),
}


def refusal(wire: Any, *to: str, **more: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        wire.send(*to, **more)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def told_of(listener: Any, message_id: str, channel: str, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        e for e in listener.events() if e.get(channel) == kind and e["mail"]["messageId"] == message_id
    )
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_each_simulator_address_tells_what_amazon_says_by_both_channels(
    wire: Any, told: str, listener: Any, name: str
) -> None:
    message_id = wire.send(f"{name}@{SIMULATOR}", ConfigurationSetName="told")
    identity, published = EXPECTED[name]
    listener.wait(lambda: len(listener.kinds(message_id, "notificationType")) == len(identity))
    listener.wait(lambda: len(listener.kinds(message_id, "eventType")) == len(published))
    assert sorted(listener.kinds(message_id, "notificationType")) == sorted(identity)
    assert sorted(listener.kinds(message_id, "eventType")) == sorted(published)


def test_the_bounce_of_the_simulator_is_word_for_word(wire: Any, told: str, listener: Any) -> None:
    message_id = wire.send(f"bounce+label@{SIMULATOR}")
    listener.wait(lambda: listener.kinds(message_id, "notificationType"))
    bounce = told_of(listener, message_id, "notificationType", "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    assert bounce["bouncedRecipients"] == [
        {"emailAddress": f"bounce+label@{SIMULATOR}", "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    ]  # fmt: skip


def test_the_complaint_and_the_suppressed_one_are_as_amazon_tells_them(
    wire: Any, told: str, listener: Any
) -> None:
    message_id = wire.send(f"complaint@{SIMULATOR}", f"suppressionlist@{SIMULATOR}")
    listener.wait(lambda: len(listener.kinds(message_id, "notificationType")) == 3)
    complaint = told_of(listener, message_id, "notificationType", "Complaint")["complaint"]
    assert (complaint["complaintFeedbackType"], complaint["userAgent"]) == (
        "abuse",
        "Amazon SES Mailbox Simulator",
    )
    assert complaint["complaintSubType"] is None
    bounce = told_of(listener, message_id, "notificationType", "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "Suppressed")


def test_several_simulated_bounces_of_one_mail_come_in_one_notification(
    wire: Any, told: str, listener: Any
) -> None:
    people = [f"bounce+{n}@{SIMULATOR}" for n in range(3)]
    message_id = wire.send(*people)
    listener.wait(lambda: listener.kinds(message_id, "notificationType"))
    found = told_of(listener, message_id, "notificationType", "Bounce")
    assert [row["emailAddress"] for row in found["bounce"]["bouncedRecipients"]] == people
    assert found["mail"]["destination"] == people


def test_the_two_channels_differ_as_amazons_do(wire: Any, told: str, listener: Any) -> None:
    wire.client("ses").set_identity_headers_in_notifications_enabled(
        Identity="example.com", NotificationType="Delivery", Enabled=False
    )
    message_id = wire.send(f"success@{SIMULATOR}", ConfigurationSetName="told", EmailTags=[{"Name": "kind", "Value": "test"}], source="Example <a@example.com>")  # fmt: skip
    listener.wait(
        lambda: (
            len(listener.kinds(message_id, "eventType") + listener.kinds(message_id, "notificationType")) == 3
        )
    )
    identity = told_of(listener, message_id, "notificationType", "Delivery")["mail"]
    event = told_of(listener, message_id, "eventType", "Delivery")["mail"]
    assert {"sourceIp", "callerIdentity"} <= identity.keys()
    assert not {"tags", "headers", "commonHeaders"} & identity.keys()
    assert not {"sourceIp", "callerIdentity"} & event.keys()
    assert event["tags"]["kind"] == ["test"]
    assert event["tags"]["ses:configuration-set"] == ["told"]
    assert event["commonHeaders"]["subject"] == "Hello"
    assert identity["source"] == event["source"] == "Example <a@example.com>"
    assert identity["sourceArn"] == "arn:aws:ses:eu-west-1:000000000000:identity/example.com"
    bodies = {
        b["MessageId"]: b
        for b in listener.bodies()
        if b["Type"] == "Notification" and message_id in b["Message"]
    }
    for body in bodies.values():
        published = '"eventType"' in body["Message"]
        assert body["Message"].endswith("\n") is published
        assert body.get("Subject") == ("Amazon SES Email Event Notification" if published else None)
    wire.client("ses").set_identity_headers_in_notifications_enabled(
        Identity="example.com", NotificationType="Delivery", Enabled=True
    )
    again = wire.send(f"success@{SIMULATOR}")
    listener.wait(lambda: listener.kinds(again, "notificationType"))
    mail = told_of(listener, again, "notificationType", "Delivery")["mail"]
    assert {"name": "Subject", "value": "Hello"} in mail["headers"]
    assert mail["headersTruncated"] is False


def test_an_address_verified_by_itself_does_not_follow_its_domain(
    wire: Any, told: str, listener: Any
) -> None:
    wire.press("POST", "identity", {"name": "own@example.com"})
    silent, told_id = (
        wire.send(f"success@{SIMULATOR}", source="own@example.com"),
        wire.send(f"success@{SIMULATOR}"),
    )
    listener.wait(lambda: listener.kinds(told_id, "notificationType"))
    assert listener.kinds(silent, "notificationType") == []


def test_a_listed_address_is_not_mailed_and_does_not_count(wire: Any, told: str, listener: Any) -> None:
    v2 = wire.client("sesv2")
    v2.put_suppressed_destination(EmailAddress="gone@example.org", Reason="BOUNCE")
    v2.put_suppressed_destination(EmailAddress="cross@example.org", Reason="COMPLAINT")
    message_id = wire.send("Gone@example.org", "cross@example.org", "fine@example.org")
    listener.wait(lambda: len(listener.kinds(message_id, "notificationType")) == 3)
    assert (
        told_of(listener, message_id, "notificationType", "Bounce")["bounce"]["bounceSubType"]
        == "OnAccountSuppressionList"
    )
    assert (
        told_of(listener, message_id, "notificationType", "Complaint")["complaint"]["complaintSubType"]
        == "OnAccountSuppressionList"
    )
    assert told_of(listener, message_id, "notificationType", "Delivery")["delivery"]["recipients"] == [
        "fine@example.org"
    ]


def test_a_virus_is_rejected_and_only_the_configuration_set_tells(
    wire: Any, told: str, listener: Any
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", f"success@{SIMULATOR}", "attached"
    mail.set_content("see below")
    mail.add_attachment(
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + EICAR + b"!$H+H*",
        maintype="application",
        subtype="octet-stream",
        filename="a.com",
    )
    said = wire.client("sesv2").send_email(
        Content={"Raw": {"Data": bytes(mail)}}, ConfigurationSetName="told"
    )
    listener.wait(lambda: len(listener.kinds(said["MessageId"], "eventType")) == 2)
    assert told_of(listener, said["MessageId"], "eventType", "Reject")["reject"] == {"reason": "Bad content"}
    assert listener.kinds(said["MessageId"], "notificationType") == []


def test_a_raw_mail_says_its_sender_recipients_set_and_tags_in_its_headers(
    wire: Any, told: str, listener: Any
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = (
        "Jörg <a@example.com>",
        f"success@{SIMULATOR}",
        f"bounce@{SIMULATOR}",
    )
    mail["Subject"], mail["X-SES-CONFIGURATION-SET"], mail["X-SES-MESSAGE-TAGS"] = (
        "Grüße",
        "told",
        "kind=raw, run=7",
    )
    mail.set_content("Hallo")
    message_id = wire.client("ses").send_raw_email(RawMessage={"Data": bytes(mail)})["MessageId"]
    listener.wait(lambda: len(listener.kinds(message_id, "eventType")) == 3)
    found = told_of(listener, message_id, "eventType", "Send")["mail"]
    assert (found["tags"]["kind"], found["tags"]["run"]) == (["raw"], ["7"])
    assert found["destination"] == [f"success@{SIMULATOR}", f"bounce@{SIMULATOR}"]
    assert found["commonHeaders"]["subject"] == "Grüße"
    assert not [row for row in found["headers"] if row["name"].upper().startswith("X-SES")]


def test_a_template_with_a_missing_variable_is_accepted_and_fails_later(
    wire: Any, told: str, listener: Any
) -> None:
    v2 = wire.client("sesv2")
    v2.create_email_template(
        TemplateName="welcome", TemplateContent={"Subject": "Hi {{name}}", "Text": "Dear {{name}}"}
    )
    to = f"success@{SIMULATOR}"
    good = wire.send(
        to,
        Content={"Template": {"TemplateName": "welcome", "TemplateData": '{"name":"Ada"}'}},
        ConfigurationSetName="told",
    )
    bad = wire.send(
        to,
        Content={"Template": {"TemplateName": "welcome", "TemplateData": "{}"}},
        ConfigurationSetName="told",
    )
    listener.wait(lambda: listener.kinds(bad, "eventType") and len(listener.kinds(good, "eventType")) == 2)
    assert listener.kinds(bad, "eventType") == ["Rendering Failure"]
    assert told_of(listener, bad, "eventType", "Rendering Failure")["failure"]["templateName"] == "welcome"
    assert (
        refusal(wire, to, Content={"Template": {"TemplateName": "none", "TemplateData": "{}"}})[0]
        == "NotFoundException"
    )
    entries = [{"Destination": {"ToAddresses": [to]}}, {"Destination": {"ToAddresses": ["nobody"]}}]
    content = {"Template": {"TemplateName": "welcome", "TemplateData": '{"name":"x"}'}}
    rows = v2.send_bulk_email(
        FromEmailAddress="a@example.com", DefaultContent=content, BulkEmailEntries=entries
    )["BulkEmailEntryResults"]
    assert [row["Status"] for row in rows] == ["SUCCESS", "INVALID_PARAMETER"]


def test_what_has_no_simulator_address_can_be_made_to_happen(wire: Any, told: str, listener: Any) -> None:
    message_id = wire.send(f"success@{SIMULATOR}", ConfigurationSetName="told")
    wire.press(
        "POST", "happen", {"message_id": message_id, "kind": "Click", "body": {"link": "https://x.example"}}
    )
    wire.press(
        "POST",
        "happen",
        {"message_id": message_id, "kind": "DeliveryDelay", "body": {"delayType": "General"}},
    )
    listener.wait(lambda: {"Click", "DeliveryDelay"} <= set(listener.kinds(message_id, "eventType")))
    assert "headers" not in told_of(listener, message_id, "eventType", "DeliveryDelay")["mail"]


def test_a_topic_that_is_gone_loses_its_setting_and_feedback_goes_by_mail_again(
    wire: Any, told: str, listener: Any, region: Region
) -> None:
    wire.client("sns").delete_topic(TopicArn=told)
    wire.send(f"bounce@{SIMULATOR}")
    listener.wait(lambda: "Bounce" not in region.identities["example.com"].topics)
    found = wire.client("ses").get_identity_notification_attributes(Identities=["example.com"])[
        "NotificationAttributes"
    ]["example.com"]
    assert found["ForwardingEnabled"] is True
    assert found["DeliveryTopic"] == told


def test_an_unverified_sender_is_refused_by_name_in_its_region(wire: Any) -> None:
    code, message = refusal(wire, f"success@{SIMULATOR}", source="a@pending.example.org")
    assert code == "MessageRejected"
    assert (
        message
        == "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@pending.example.org"
    )


def test_the_sandbox_takes_only_verified_recipients_and_the_simulators(wire: Any) -> None:
    wire.send(f"success@{SIMULATOR}", source="you@example.com", region="us-east-1")
    wire.send("you@example.com", source="you@example.com", region="us-east-1")
    code, message = refusal(wire, "Some One <a@example.org>", source="you@example.com", region="us-east-1")
    assert (code, message.rpartition(": ")[2]) == ("MessageRejected", "Some One <a@example.org>")


def test_the_quota_counts_recipients_but_not_the_simulators(wire: Any) -> None:
    client = wire.client("sesv2", "us-east-2")
    wire.press("POST", "account", {"region": "us-east-2", "max_24_hours": 2})
    given = {"source": "you@example.com", "region": "us-east-2"}
    wire.send(*[f"success+{n}@{SIMULATOR}" for n in range(5)], **given)
    assert client.get_account()["SendQuota"]["SentLast24Hours"] == 0
    wire.send("you@example.com", "you+1@example.com".replace("+1", ""), **given)
    assert client.get_account()["SendQuota"]["SentLast24Hours"] == 2
    assert refusal(wire, "you@example.com", **given) == (
        "LimitExceededException",
        "Daily message quota exceeded.",
    )
    with pytest.raises(ClientError) as caught:
        wire.client("ses", "us-east-2").send_email(
            Source="you@example.com", Destination={"ToAddresses": ["you@example.com"]},
            Message={"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
        )  # fmt: skip
    assert caught.value.response["Error"] == {
        "Type": "Sender",
        "Code": "Throttling",
        "Message": "Daily message quota exceeded.",
    }


def test_the_rate_per_second_is_enforced(wire: Any) -> None:
    wire.running.amazon.world.tuning.rate_limits = True
    try:
        with pytest.raises(ClientError) as caught:
            for _ in range(40):
                wire.send(f"success@{SIMULATOR}", source="you@example.com", region="us-west-1")
    finally:
        wire.running.amazon.world.tuning.rate_limits = False
    assert caught.value.response["Error"] == {
        "Code": "TooManyRequestsException",
        "Message": "Maximum sending rate exceeded.",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_pauses_are_told_apart(wire: Any, region: Region) -> None:
    to, v2 = f"success@{SIMULATOR}", wire.client("sesv2")
    v2.put_account_sending_attributes(SendingEnabled=False)
    assert refusal(wire, to)[0] == "SendingPausedException"
    v2.put_account_sending_attributes(SendingEnabled=True)
    wire.press("POST", "account", {"enforcement": "SHUTDOWN"})
    assert refusal(wire, to)[1].startswith("Sending suspended for this account.")
    wire.press("POST", "account", {"enforcement": "HEALTHY"})
    v2.put_configuration_set_sending_options(ConfigurationSetName="newsletter", SendingEnabled=False)
    assert refusal(wire, to, ConfigurationSetName="newsletter")[0] == "SendingPausedException"
    v2.put_configuration_set_sending_options(ConfigurationSetName="newsletter", SendingEnabled=True)
    assert refusal(wire, to, ConfigurationSetName="none")[0] == "NotFoundException"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nobody", "Missing final '@domain'"),
        ("jörg@example.com", "Local address contains control or whitespace"),
        ("a@exa_mple.com", "Domain contains illegal character"),
        ("a@b\nc.example", "Local address contains control or whitespace"),
    ],
)
def test_a_bad_address_is_refused_in_amazons_words(wire: Any, address: str, words: str) -> None:
    assert refusal(wire, address) == ("BadRequestException", words)


def test_more_than_fifty_recipients_are_too_many(wire: Any) -> None:
    assert refusal(wire, *[f"a{n}@example.org" for n in range(51)])[0] == "BadRequestException"


def test_a_message_id_has_amazons_form(wire: Any) -> None:
    message_id = wire.send(f"success@{SIMULATOR}")
    head, *middle, tail = message_id.split("-")
    assert (len(head), head[:4], len(middle), tail) == (16, "0102", 5, "000000")
    assert len(message_id) == 60


def test_the_statistics_leave_the_simulator_out(wire: Any) -> None:
    client = wire.client("ses", "eu-north-1")
    wire.send(f"bounce@{SIMULATOR}", source="you@example.com", region="eu-north-1")
    wire.send("you@example.com", source="you@example.com", region="eu-north-1")
    points = client.get_send_statistics()["SendDataPoints"]
    assert sum(point["DeliveryAttempts"] for point in points) == 1
    assert sum(point["Bounces"] for point in points) == 0


def test_what_was_sent_can_be_looked_at(wire: Any) -> None:
    content = {"Simple": {"Subject": {"Data": "Grüße 🎉"}, "Body": {"Text": {"Data": "Hallo"}}}}
    message_id = wire.send(f"success@{SIMULATOR}", Content=content)
    mail = next(row for row in wire.press("GET", "mail") if row["message_id"] == message_id)
    assert ["Subject", "Grüße 🎉"] in mail["headers"]
    assert json.dumps(mail)
