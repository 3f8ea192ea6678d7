"""The account, its senders, sets and lists, as boto3 reads them; every field answered is one that Amazon's model knows."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.demo.world import Region


def code_of(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return str(caught.value.response["Error"]["Code"])


def test_the_account_in_ireland_is_in_production_and_everywhere_else_in_the_sandbox(wire: Any) -> None:
    home = wire.client("sesv2").get_account()
    assert home["ProductionAccessEnabled"] is True
    assert home["SendQuota"] == {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
    assert home["EnforcementStatus"] == "HEALTHY"
    away = wire.client("sesv2", "us-east-1").get_account()
    assert away["ProductionAccessEnabled"] is False
    assert (away["SendQuota"]["Max24HourSend"], away["SendQuota"]["MaxSendRate"]) == (200.0, 1.0)


def test_an_account_can_be_moved_in_and_out_of_the_sandbox(wire: Any) -> None:
    wire.press("POST", "account", {"region": "eu-central-1", "production": True})
    assert wire.client("sesv2", "eu-central-1").get_account()["ProductionAccessEnabled"] is True
    wire.press("POST", "account", {"region": "eu-central-1", "production": False})
    assert wire.client("ses", "eu-central-1").get_send_quota()["Max24HourSend"] == 200.0


def test_senders_show_every_state_and_are_paged(wire: Any) -> None:
    client = wire.client("sesv2")
    every = client.list_email_identities()["EmailIdentities"]
    assert {"SUCCESS", "PENDING", "FAILED"} <= {row["VerificationStatus"] for row in every}
    first = client.list_email_identities(PageSize=2)
    second = client.list_email_identities(PageSize=2, NextToken=first["NextToken"])
    assert [row["IdentityName"] for row in [*first["EmailIdentities"], *second["EmailIdentities"]]] == [
        row["IdentityName"] for row in every[:4]
    ]
    failed = client.get_email_identity(EmailIdentity="old.example.org")
    assert failed["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    assert failed["VerifiedForSendingStatus"] is False
    good = client.get_email_identity(EmailIdentity="example.com")
    assert good["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"
    assert len(good["DkimAttributes"]["Tokens"]) == 3


def test_verification_is_started_once_and_stays_pending(wire: Any) -> None:
    client = wire.client("sesv2")
    made = client.create_email_identity(EmailIdentity="Fresh.Example.NET")
    assert (made["IdentityType"], made["VerifiedForSendingStatus"]) == ("DOMAIN", False)
    assert client.get_email_identity(EmailIdentity="fresh.example.net")["VerificationStatus"] == "PENDING"
    assert (
        code_of(client.create_email_identity, EmailIdentity="fresh.example.net") == "AlreadyExistsException"
    )
    assert code_of(client.create_email_identity, EmailIdentity="no domain") == "BadRequestException"
    client.delete_email_identity(EmailIdentity="fresh.example.net")
    assert code_of(client.get_email_identity, EmailIdentity="fresh.example.net") == "NotFoundException"


def test_sender_settings_are_kept(wire: Any) -> None:
    client = wire.client("sesv2")
    client.put_email_identity_mail_from_attributes(
        EmailIdentity="news.example.com",
        MailFromDomain="b.news.example.com",
        BehaviorOnMxFailure="REJECT_MESSAGE",
    )
    client.put_email_identity_configuration_set_attributes(
        EmailIdentity="news.example.com", ConfigurationSetName="newsletter"
    )
    client.put_email_identity_dkim_attributes(EmailIdentity="news.example.com", SigningEnabled=False)
    found = client.get_email_identity(EmailIdentity="news.example.com")
    assert found["MailFromAttributes"]["MailFromDomainStatus"] == "PENDING"
    assert (found["ConfigurationSetName"], found["DkimAttributes"]["SigningEnabled"]) == ("newsletter", False)
    assert (
        code_of(
            client.put_email_identity_mail_from_attributes,
            EmailIdentity="news.example.com",
            MailFromDomain="other.org",
        )
        == "BadRequestException"
    )
    send = {
        "FromEmailAddress": "a@news.example.com",
        "Destination": {"ToAddresses": ["success@simulator.amazonses.com"]},
    }
    content = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    assert code_of(client.send_email, **send, Content=content) == "MailFromDomainNotVerifiedException"


def test_feedback_mail_can_only_be_switched_off_when_both_topics_are_set(wire: Any) -> None:
    ses, arn = wire.client("ses"), wire.client("sns").create_topic(Name="feedback")["TopicArn"]
    off = {"Identity": "hello@example.net", "ForwardingEnabled": False}
    assert code_of(ses.set_identity_feedback_forwarding_enabled, **off) == "InvalidParameterValue"
    for kind in ("Bounce", "Complaint"):
        ses.set_identity_notification_topic(Identity="hello@example.net", NotificationType=kind, SnsTopic=arn)
    ses.set_identity_headers_in_notifications_enabled(
        Identity="hello@example.net", NotificationType="Bounce", Enabled=True
    )
    ses.set_identity_feedback_forwarding_enabled(**off)
    found = ses.get_identity_notification_attributes(Identities=["hello@example.net", "nobody.example"])[
        "NotificationAttributes"
    ]
    assert list(found) == ["hello@example.net"]
    row = found["hello@example.net"]
    assert (row["BounceTopic"], row["ComplaintTopic"], row["ForwardingEnabled"]) == (arn, arn, False)
    assert (row["HeadersInBounceNotificationsEnabled"], row["HeadersInComplaintNotificationsEnabled"]) == (
        True,
        False,
    )
    assert "DeliveryTopic" not in row


def test_a_topic_that_is_not_there_or_refuses_ses_is_refused(wire: Any) -> None:
    ses, sns, v2 = wire.client("ses"), wire.client("sns"), wire.client("sesv2")
    arn = sns.create_topic(Name="closed")["TopicArn"]
    shut = '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"SNS:Publish","Resource":"%s"}]}'
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=shut % arn)
    for wrong in (arn, arn.replace("eu-west-1", "us-east-1"), arn + "-gone"):
        assert (
            code_of(
                ses.set_identity_notification_topic,
                Identity="example.com",
                NotificationType="Bounce",
                SnsTopic=wrong,
            )
            == "InvalidParameterValue"
        )
        destination = {"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": wrong}}
        given = {
            "ConfigurationSetName": "newsletter",
            "EventDestinationName": "d",
            "EventDestination": destination,
        }
        assert code_of(v2.create_configuration_set_event_destination, **given) == "BadRequestException"
    policy = (
        '{"Statement":[{"Effect":"Allow","Principal":{"Service":"ses.amazonaws.com"},"Action":"sns:Publish","Resource":"%s",'
        '"Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000","AWS:SourceArn":"arn:aws:ses:eu-west-1:000000000000:identity/example.com"}}}]}'
    )
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy % arn)
    ses.set_identity_notification_topic(Identity="example.com", NotificationType="Bounce", SnsTopic=arn)
    assert (
        code_of(
            ses.set_identity_notification_topic,
            Identity="hello@example.net",
            NotificationType="Bounce",
            SnsTopic=arn,
        )
        == "InvalidParameterValue"
    )


def test_configuration_sets_and_their_destinations_are_kept(wire: Any) -> None:
    client, arn = wire.client("sesv2"), wire.client("sns").create_topic(Name="sets")["TopicArn"]
    client.create_configuration_set(
        ConfigurationSetName="one", Tags=[{"Key": "managed-by", "Value": "ses-desk"}]
    )
    assert code_of(client.create_configuration_set, ConfigurationSetName="one") == "AlreadyExistsException"
    assert code_of(client.create_configuration_set, ConfigurationSetName="no blanks") == "BadRequestException"
    assert "one" in client.list_configuration_sets()["ConfigurationSets"]
    assert (
        client.get_configuration_set(ConfigurationSetName="one")["SendingOptions"]["SendingEnabled"] is True
    )
    destination = {
        "Enabled": True,
        "MatchingEventTypes": ["SEND", "RENDERING_FAILURE"],
        "SnsDestination": {"TopicArn": arn},
    }
    given = {"ConfigurationSetName": "one", "EventDestinationName": "sns"}
    client.create_configuration_set_event_destination(**given, EventDestination=destination)
    assert (
        code_of(client.create_configuration_set_event_destination, **given, EventDestination=destination)
        == "AlreadyExistsException"
    )
    client.update_configuration_set_event_destination(
        **given, EventDestination={**destination, "Enabled": False}
    )
    found = client.get_configuration_set_event_destinations(ConfigurationSetName="one")["EventDestinations"]
    assert found == [{**destination, "Name": "sns", "Enabled": False}]
    old = wire.client("ses").describe_configuration_set(
        ConfigurationSetName="one", ConfigurationSetAttributeNames=["eventDestinations"]
    )
    assert old["EventDestinations"][0]["MatchingEventTypes"] == ["send", "renderingFailure"]
    client.put_configuration_set_sending_options(ConfigurationSetName="one", SendingEnabled=False)
    assert (
        client.get_configuration_set(ConfigurationSetName="one")["SendingOptions"]["SendingEnabled"] is False
    )
    client.delete_configuration_set_event_destination(**given)
    client.delete_configuration_set(ConfigurationSetName="one")
    assert code_of(client.get_configuration_set, ConfigurationSetName="one") == "NotFoundException"


def test_the_suppression_list_is_refused_in_the_sandbox_and_kept_outside(wire: Any) -> None:
    client = wire.client("sesv2")
    given = {"EmailAddress": "Gone@Example.org", "Reason": "BOUNCE"}
    assert (
        code_of(wire.client("sesv2", "us-east-1").put_suppressed_destination, **given)
        == "BadRequestException"
    )
    client.put_suppressed_destination(**given)
    client.put_suppressed_destination(EmailAddress="cross@example.org", Reason="COMPLAINT")
    for found in (client.get_suppressed_destination, client.delete_suppressed_destination):
        assert code_of(found, EmailAddress="gone@example.org") == "NotFoundException", (
            "known as it was spelled"
        )
    assert (
        client.get_suppressed_destination(EmailAddress="Gone@Example.org")["SuppressedDestination"]["Reason"]
        == "BOUNCE"
    )
    rows = client.list_suppressed_destinations(Reasons=["COMPLAINT"])["SuppressedDestinationSummaries"]
    assert [row["EmailAddress"] for row in rows] == ["cross@example.org"]
    client.delete_suppressed_destination(EmailAddress="Gone@Example.org")
    assert code_of(client.get_suppressed_destination, EmailAddress="Gone@Example.org") == "NotFoundException"


def test_the_old_api_tells_the_same_account(wire: Any, region: Region) -> None:
    ses = wire.client("ses")
    assert ses.get_account_sending_enabled()["Enabled"] is True
    assert set(ses.list_identities(IdentityType="Domain")["Identities"]) >= {"example.com"}
    assert "example.com" not in ses.list_identities(IdentityType="EmailAddress")["Identities"]
    states = ses.get_identity_verification_attributes(Identities=["example.com", "old.example.org"])[
        "VerificationAttributes"
    ]
    assert {name: row["VerificationStatus"] for name, row in states.items()} == {
        "example.com": "Success",
        "old.example.org": "Failed",
    }
    assert len(ses.verify_domain_dkim(Domain="dkim.example.net")["DkimTokens"]) == 3
    ses.verify_email_identity(EmailAddress="me@elsewhere.example")
    assert region.identities["me@elsewhere.example"].status == "PENDING"


def test_reputation_is_told_by_cloudwatch_as_fractions(wire: Any) -> None:
    names = [
        row["MetricName"] for row in wire.client("cloudwatch").list_metrics(Namespace="AWS/SES")["Metrics"]
    ]
    assert "Reputation.BounceRate" in names
    query = {
        "Id": "b",
        "MetricStat": {
            "Metric": {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate"},
            "Period": 3600,
            "Stat": "Average",
        },
    }
    found = wire.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=1_795_000_000, EndTime=1_795_010_000
    )
    assert set(found["MetricDataResults"][0]["Values"]) == {0.0134}


def test_the_virtual_deliverability_manager_has_no_figures_until_it_is_on(wire: Any) -> None:
    client = wire.client("sesv2")
    query = {
        "Id": "a",
        "Namespace": "VDM",
        "Metric": "SEND",
        "StartDate": 1_795_000_000,
        "EndDate": 1_795_100_000,
    }
    assert code_of(client.batch_get_metric_data, Queries=[query]) == "BadRequestException"
    client.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "ENABLED"})
    assert client.batch_get_metric_data(Queries=[query])["Results"][0]["Id"] == "a"
    client.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "DISABLED"})


def known(value: Any, shape: Any, place: str) -> list[str]:
    """Fields of an answer that Amazon's model does not have."""
    if shape.type_name == "structure" and isinstance(value, dict):
        strange = [f"{place}.{name}" for name in value if name not in shape.members]
        return strange + [
            each
            for name in value
            if name in shape.members
            for each in known(value[name], shape.members[name], f"{place}.{name}")
        ]
    if shape.type_name == "list" and isinstance(value, list):
        return [each for row in value for each in known(row, shape.member, f"{place}[]")]
    return []


def test_no_answer_has_a_field_that_amazons_model_does_not_know(wire: Any) -> None:
    import json

    client = wire.client("sesv2")
    raw: list[tuple[Any, dict[str, Any]]] = []
    client.meta.events.register(
        "before-parse.sesv2.*",
        lambda operation_model, response_dict, **_: raw.append((operation_model, response_dict)),
    )
    client.get_account()
    client.list_email_identities()
    for name in ("example.com", "old.example.org", "hello@example.net"):
        client.get_email_identity(EmailIdentity=name)
    client.get_configuration_set(ConfigurationSetName="newsletter")
    client.get_configuration_set_event_destinations(ConfigurationSetName="newsletter")
    client.list_suppressed_destinations()
    sent = wire.send("success@simulator.amazonses.com")
    client.get_message_insights(MessageId=sent)
    assert len(raw) >= 9
    for operation, answer in raw:
        assert known(json.loads(answer["body"]), operation.output_shape, operation.name) == []


def test_what_was_called_can_be_read_and_the_buttons_are_for_this_machine_alone(wire: Any) -> None:
    wire.client("sts").get_caller_identity()
    last = wire.press("GET", "calls")[-1]
    assert (last["service"], last["action"], last["status"]) == ("sts", "GetCallerIdentity", 200)
    assert "secret" not in str(wire.press("GET", "")).lower()
    assert wire.press("POST", "tuning", {"duplicates": 1.0}, {"Origin": "http://evil.example"}) == 403
    assert wire.press("POST", "tuning", {"duplicates": 1.0}, {"Host": "evil.example"}) == 403
    assert wire.press("POST", "tuning", {"nonsense": 1}) == 400
    assert wire.press("GET", "nowhere") == 404
