"""CloudFormation's part in the tests: makes a template's resources in the demo Amazon by its API, references resolved."""

import json
from typing import Any

from core.aws.access import Access

ACCOUNT = "000000000000"


class Stack:
    """Makes what the template says, each resource once what it names is there."""

    def __init__(self, way: Access, document: dict[str, Any]) -> None:
        self.way, self.resources = way, document["Resources"]
        self.made: dict[str, dict[str, str]] = {}
        waiting = dict(self.resources)
        while waiting:
            ready = [key for key, one in waiting.items() if self._needs(one) <= self.made.keys()]
            assert ready, f"resources wait for each other, or for what is not in the stack: {list(waiting)}"
            for key in ready:
                one = waiting.pop(key)
                make = getattr(self, one["Type"].replace("::", "_").lower())
                self.made[key] = make(self.resolved(one["Properties"]))

    def _needs(self, part: Any) -> set[str]:
        if isinstance(part, list):
            return {need for each in part for need in self._needs(each)}
        if not isinstance(part, dict):
            return set()
        own = {part["Ref"]} if "Ref" in part else {part["Fn::GetAtt"][0]} if "Fn::GetAtt" in part else set()
        return own | set(part.get("DependsOn", ())) | {n for v in part.values() for n in self._needs(v)}

    def resolved(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self.resolved(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "Ref" in part:
            return self.made[part["Ref"]]["Ref"]
        if "Fn::GetAtt" in part:
            key, name = part["Fn::GetAtt"]
            return self.made[key][name]
        return {key: self.resolved(value) for key, value in part.items()}

    def aws_sns_topic(self, said: dict[str, Any]) -> dict[str, str]:
        sns = self.way.client("sns")
        arn = sns.create_topic(Name=said["TopicName"], Tags=said["Tags"])["TopicArn"]
        sns.set_topic_attributes(
            TopicArn=arn, AttributeName="SignatureVersion", AttributeValue=said["SignatureVersion"]
        )
        return {"Ref": arn}

    def aws_sns_topicpolicy(self, said: dict[str, Any]) -> dict[str, str]:
        for arn in said["Topics"]:
            self.way.client("sns").set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(said["PolicyDocument"])
            )
        return {"Ref": "policy"}

    def aws_sqs_queue(self, said: dict[str, Any]) -> dict[str, str]:
        tags = {tag["Key"]: tag["Value"] for tag in said["Tags"]}
        numbers = {key: str(value) for key, value in said.items() if isinstance(value, int)}
        url = self.way.client("sqs").create_queue(QueueName=said["QueueName"], Attributes=numbers, tags=tags)
        return {"Ref": url["QueueUrl"], "Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{said['QueueName']}"}

    def aws_sqs_queuepolicy(self, said: dict[str, Any]) -> dict[str, str]:
        for url in said["Queues"]:
            attributes = {"Policy": json.dumps(said["PolicyDocument"])}
            self.way.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)
        return {"Ref": "policy"}

    def aws_sns_subscription(self, said: dict[str, Any]) -> dict[str, str]:
        attributes = {"RawMessageDelivery": str(said["RawMessageDelivery"]).lower()}
        attributes |= {
            key: json.dumps(said[key]) for key in ("RedrivePolicy", "DeliveryPolicy") if key in said
        }
        arn = self.way.client("sns").subscribe(
            TopicArn=said["TopicArn"], Protocol=said["Protocol"], Endpoint=said["Endpoint"],
            Attributes=attributes, ReturnSubscriptionArn=True,
        )["SubscriptionArn"]  # fmt: skip
        return {"Ref": arn}

    def aws_ses_configurationset(self, said: dict[str, Any]) -> dict[str, str]:
        self.way.client("sesv2").create_configuration_set(
            ConfigurationSetName=said["Name"], Tags=said["Tags"]
        )
        return {"Ref": said["Name"]}

    def aws_ses_configurationseteventdestination(self, said: dict[str, Any]) -> dict[str, str]:
        one = said["EventDestination"]
        words = [
            "".join(f"_{c}" if c.isupper() else c for c in word).upper() for word in one["MatchingEventTypes"]
        ]
        self.way.client("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName=said["ConfigurationSetName"], EventDestinationName=one["Name"],
            EventDestination={
                "Enabled": one["Enabled"], "MatchingEventTypes": words,
                "SnsDestination": {"TopicArn": one["SnsDestination"]["TopicARN"]},
            },
        )  # fmt: skip
        return {"Ref": one["Name"]}
