"""SQS queues: made, read, tagged, deleted. Source: SQS API, CreateQueue, GetQueueUrl, Get/SetQueueAttributes, ListQueueTags."""

from collections.abc import Mapping

from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone

WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def make(talk: Talk, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """CreateQueue. Returns its URL. Amazon wants a minute between deleting a queue and making it again."""
    said = talk.ask("sqs", "create_queue", QueueName=name, Attributes=dict(attributes), tags=dict(tags))
    return _url(said)


def url_of(talk: Talk, name: str) -> str | None:
    """GetQueueUrl; None when there is no queue of this name."""
    try:
        return _url(talk.ask("sqs", "get_queue_url", QueueName=name))
    except Exception as error:
        if is_gone(error):
            return None
        raise


def attributes(talk: Talk, url: str) -> dict[str, str] | None:
    """Every attribute of a queue; None when it is gone."""
    try:
        said = talk.ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
    except Exception as error:
        if is_gone(error):
            return None
        raise
    return dict(said.get("Attributes") or {})


def set_attributes(talk: Talk, url: str, values: Mapping[str, str]) -> None:
    """SetQueueAttributes."""
    talk.ask("sqs", "set_queue_attributes", QueueUrl=url, Attributes=dict(values))


def tags_of(talk: Talk, url: str) -> dict[str, str]:
    """ListQueueTags."""
    return dict(talk.ask("sqs", "list_queue_tags", QueueUrl=url).get("Tags") or {})


def delete(talk: Talk, url: str) -> None:
    """DeleteQueue, with what is in it; one that is gone is no error."""
    try:
        talk.ask("sqs", "delete_queue", QueueUrl=url)
    except Exception as error:
        if not is_gone(error):
            raise


def waiting(found: Mapping[str, str]) -> int:
    """How many messages are in a queue, about."""
    return sum(int(found.get(name) or 0) for name in WAITING)


def _url(said: Mapping[str, object]) -> str:
    if not said.get("QueueUrl"):
        raise NotAmazon("queue")
    return str(said["QueueUrl"])
