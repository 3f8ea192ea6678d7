"""The demo's contact lists and suppression list do to a send what Amazon's do, and every service keeps tags."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from core.demo.world import Region

TOPICS = [
    {"TopicName": "news", "DisplayName": "News", "DefaultSubscriptionStatus": "OPT_IN"},
    {"TopicName": "offers", "DisplayName": "Offers", "DefaultSubscriptionStatus": "OPT_OUT"},
]
BODY = {"Text": {"Data": "Hello. Leave: {{amazonSESUnsubscribeUrl}}"}}
LETTER = {"Simple": {"Subject": {"Data": "Hello"}, "Body": BODY}}


def refused(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def readers(wire: Any, region: Region) -> Any:
    region.contact_lists.clear()
    v2 = wire.client("sesv2")
    v2.create_contact_list(ContactListName="readers", Topics=TOPICS, Description="All")
    return v2


def test_an_account_has_one_contact_list_and_its_people_have_wishes(readers: Any) -> None:
    assert refused(readers.create_contact_list, ContactListName="readers") == "AlreadyExistsException"
    assert refused(readers.create_contact_list, ContactListName="more") == "LimitExceededException"
    assert [each["ContactListName"] for each in readers.list_contact_lists()["ContactLists"]] == ["readers"]
    assert readers.get_contact_list(ContactListName="readers")["Topics"] == TOPICS
    one = {"ContactListName": "readers", "EmailAddress": "a@example.org"}
    readers.create_contact(**one, TopicPreferences=[{"TopicName": "offers", "SubscriptionStatus": "OPT_IN"}])
    assert refused(readers.create_contact, **one) == "AlreadyExistsException"
    said = readers.get_contact(**one)
    assert said["TopicPreferences"] == [{"TopicName": "offers", "SubscriptionStatus": "OPT_IN"}]
    assert said["TopicDefaultPreferences"] == [{"TopicName": "news", "SubscriptionStatus": "OPT_IN"}]
    readers.update_contact(**one, UnsubscribeAll=True)
    assert readers.get_contact(**one)["UnsubscribeAll"] is True
    away = {"FilteredStatus": "OPT_OUT", "TopicFilter": {"TopicName": "news"}}
    rows = readers.list_contacts(ContactListName="readers", Filter=away)["Contacts"]
    assert [row["EmailAddress"] for row in rows] == ["a@example.org"]
    readers.delete_contact(**one)
    assert refused(readers.get_contact, **one) == "NotFoundException"
    wrong = [{"TopicName": "none", "SubscriptionStatus": "OPT_IN"}]
    assert refused(readers.create_contact, **one, TopicPreferences=wrong) == "BadRequestException"


def test_a_mail_to_the_list_carries_a_link_that_works_and_whoever_left_gets_no_more(
    wire: Any, readers: Any, told: str, listener: Any
) -> None:
    options = {"ContactListName": "readers", "TopicName": "news"}
    given = {"ConfigurationSetName": "told", "ListManagementOptions": options, "Content": LETTER}
    first = wire.send("reader@example.org", **given)
    mail = next(each for each in wire.press("GET", "mail") if each["message_id"] == first)
    headers = dict(mail["headers"])
    link = headers["List-Unsubscribe"].split(">")[0].removeprefix("<")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["text"] == f"Hello. Leave: {link}"

    def call(method: str, body: str | None = None) -> int:
        connection = HTTPConnection(urlsplit(link).netloc, timeout=10)
        connection.request(method, urlsplit(link).path, body)
        return connection.getresponse().status

    assert (call("GET"), call("GET")) == (200, 200)
    assert readers.list_contacts(ContactListName="readers")["Contacts"] == []
    assert call("POST", "List-Unsubscribe=One-Click") == 200
    event = listener.wait(lambda: [e for e in listener.events() if e.get("eventType") == "Subscription"])[0]
    assert event["subscription"]["source"] == "UnsubscribeHeader"
    assert event["subscription"]["contactList"] == "readers"
    states = {
        name: {
            row["topicName"]: row["subscriptionStatus"]
            for row in event["subscription"][name]["topicSubscriptionStatus"]
        }
        for name in ("oldTopicPreferences", "newTopicPreferences")
    }
    assert states["oldTopicPreferences"] == {"news": "OptIn", "offers": "OptOut"}
    assert states["newTopicPreferences"] == {"news": "OptOut", "offers": "OptOut"}
    second = wire.send("reader@example.org", **given)
    bounce = listener.wait(
        lambda: [e["bounce"] for e in listener.events() if "bounce" in e and e["mail"]["messageId"] == second]
    )[0]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "UnsubscribedRecipient")
    wire.press("POST", "unsubscribe", {"message_id": first, "state": "OPT_IN"})
    third = wire.send("reader@example.org", **given)
    listener.wait(lambda: "Delivery" in listener.kinds(third, "eventType"))


def test_two_recipients_get_no_link_and_a_list_that_is_not_there_is_refused(wire: Any, readers: Any) -> None:
    sent = wire.send("a@example.org", "b@example.org", ListManagementOptions={"ContactListName": "readers"})
    mail = next(each for each in wire.press("GET", "mail") if each["message_id"] == sent)
    assert "List-Unsubscribe" not in dict(mail["headers"])
    for options in ({"ContactListName": "none"}, {"ContactListName": "readers", "TopicName": "none"}):
        with pytest.raises(ClientError) as caught:
            wire.send("a@example.org", ListManagementOptions=options)
        assert caught.value.response["Error"]["Code"] == "NotFoundException"


def test_an_address_on_the_accounts_list_bounces_unless_the_list_is_off(
    wire: Any, told: str, region: Region, listener: Any
) -> None:
    v2 = wire.client("sesv2")
    wire.press("POST", "suppressed", {"addresses": ["gone@example.org"], "reason": "BOUNCE"})

    def outcome() -> str:
        sent = wire.send("gone@example.org", ConfigurationSetName="told")
        found = listener.wait(
            lambda: [
                e for e in listener.events()
                if e["mail"]["messageId"] == sent and e.get("eventType") in ("Bounce", "Delivery")
            ]
        )  # fmt: skip
        return str(found[0].get("bounce", {}).get("bounceSubType", "delivered"))

    assert outcome() == "OnAccountSuppressionList"
    v2.put_configuration_set_suppression_options(ConfigurationSetName="told", SuppressedReasons=["COMPLAINT"])
    assert outcome() == "delivered"
    v2.put_configuration_set_suppression_options(ConfigurationSetName="told", SuppressedReasons=["BOUNCE"])
    assert outcome() == "OnAccountSuppressionList"
    region.configuration_sets["told"].options.pop("SuppressionOptions")
    v2.put_account_suppression_attributes(SuppressedReasons=[])
    assert outcome() == "delivered"
    v2.put_account_suppression_attributes(SuppressedReasons=["BOUNCE", "COMPLAINT"])


def test_topics_queues_and_what_ses_keeps_have_tags(wire: Any) -> None:
    sns, sqs, v2 = wire.client("sns"), wire.client("sqs"), wire.client("sesv2")
    arn = sns.create_topic(Name="tagged", Tags=[{"Key": "managed-by", "Value": "ses-desk"}])["TopicArn"]
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "mail"}])
    sns.untag_resource(ResourceArn=arn, TagKeys=["managed-by"])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "mail"}]
    assert refused(sns.list_tags_for_resource, ResourceArn=arn + "x") == "ResourceNotFound"
    other = [{"Key": "team", "Value": "other"}]
    assert refused(sns.create_topic, Name="tagged", Tags=other) == "InvalidParameter"
    url = sqs.create_queue(QueueName="tagged", tags={"a": "1"})["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"b": "2"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"b": "2"}
    v2.create_configuration_set(ConfigurationSetName="tagged", Tags=[{"Key": "a", "Value": "1"}])
    arn = "arn:aws:ses:eu-west-1:000000000000:configuration-set/tagged"
    v2.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    v2.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert v2.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_a_tag_at_birth_needs_its_own_permission(wire: Any) -> None:
    allowed = ["sns:CreateTopic", "sqs:CreateQueue", "ses:CreateConfigurationSet"]
    policy = {"Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
    made = wire.press("POST", "keys", {"policy": policy})
    key = wire.running.amazon.world.keys[made["id"]]
    tag = [{"Key": "a", "Value": "1"}]
    sns, sqs, v2 = (wire.client(name, key=key) for name in ("sns", "sqs", "sesv2"))
    assert refused(sns.create_topic, Name="own", Tags=tag) == "AuthorizationError"
    assert (
        refused(v2.create_configuration_set, ConfigurationSetName="own", Tags=tag) == "AccessDeniedException"
    )
    assert "AccessDenied" in refused(sqs.create_queue, QueueName="own", tags={"a": "1"})
    assert sns.create_topic(Name="own")["TopicArn"]


def test_a_default_set_that_was_deleted_stops_the_identitys_mail(wire: Any, region: Region) -> None:
    v2 = wire.client("sesv2")
    v2.create_configuration_set(ConfigurationSetName="passing")
    named = {"EmailIdentity": "news.example.com"}
    v2.put_email_identity_configuration_set_attributes(**named, ConfigurationSetName="passing")
    v2.delete_configuration_set(ConfigurationSetName="passing")
    assert v2.get_email_identity(**named)["ConfigurationSetName"] == "passing"
    with pytest.raises(ClientError) as caught:
        wire.send("success@simulator.amazonses.com", source="a@news.example.com")
    assert "passing" in caught.value.response["Error"]["Message"]
    v2.put_email_identity_configuration_set_attributes(**named)
    wire.send("success@simulator.amazonses.com", source="a@news.example.com")


def test_the_name_of_a_deleted_queue_rests_when_it_is_told_to(wire: Any) -> None:
    sqs = wire.client("sqs")
    wire.press("POST", "tuning", {"queue_rest": 60})
    sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="resting")["QueueUrl"])
    assert refused(sqs.create_queue, QueueName="resting").endswith("QueueDeletedRecently")
    wire.running.amazon.world.tuning.clock_offset += 61_000
    assert sqs.create_queue(QueueName="resting")["QueueUrl"]
    wire.press("POST", "tuning", {"queue_rest": 0})
    policy = json.dumps([1])
    assert (
        refused(sqs.create_queue, QueueName="odd", Attributes={"Policy": policy}) == "InvalidAttributeValue"
    )
    assert (
        refused(sqs.create_queue, QueueName="odd", Attributes={"DelaySeconds": "901"})
        == "InvalidAttributeValue"
    )
