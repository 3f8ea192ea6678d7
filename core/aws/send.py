"""One mail over HTTP: sesv2.send_email, once. Source: SESv2 API, SendEmail."""

from typing import Any

from core.aws.access import Access
from core.aws.not_amazon import NotAmazon
from core.connect.letter import DRILL_TAG, Letter
from core.smtp import SECONDS, MaybeSent

# Errors raised before the first byte of the mail has left us. After any other, nobody knows.
_BEFORE = (
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ParamValidationError",
    "EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError", "EndpointProviderError",
)  # fmt: skip
_UNSURE = (500, 502, 504)  # a server that failed half-way may have sent


def send(access: Access, letter: Letter) -> str:
    """Send and return Amazon's message id. Raises botocore's errors when refused, MaybeSent when nobody knows."""
    from botocore.exceptions import ClientError

    name, value = DRILL_TAG
    more: dict[str, Any] = {"EmailTags": [{"Name": name, "Value": value}]} if letter.drill else {}
    if letter.managed:
        topic = {"TopicName": letter.managed.topic} if letter.managed.topic else {}
        more["ListManagementOptions"] = {"ContactListName": letter.managed.contact_list, **topic}
    headers = [{"Name": title, "Value": words} for title, words in letter.headers]
    sesv2 = access.within(SECONDS).client("sesv2", sends=True)
    try:
        said = sesv2.send_email(
            FromEmailAddress=letter.source,
            Destination={"ToAddresses": [letter.recipient]},
            Content={
                "Simple": {
                    "Subject": {"Data": letter.subject.text, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": letter.body, "Charset": "UTF-8"}},
                    **({"Headers": headers} if headers else {}),
                }
            },
            **more,
        )
    except ClientError as refused:
        status = refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status in _UNSURE:
            raise MaybeSent(
                f"Amazon answered {status}, which does not say whether the mail goes out."
            ) from refused
        raise
    except NotAmazon as stranger:
        if stranger.refused:
            raise
        raise MaybeSent("Something else answered, so it is not known what became of the mail.") from stranger
    except Exception as lost:  # an answer nobody can read, a cut connection, a silence
        if type(lost).__name__ in _BEFORE or "invalid header" in str(lost).lower():
            raise
        raise MaybeSent("Amazon's answer did not come after the mail was handed over.") from lost
    if not said.get("MessageId"):
        raise MaybeSent("The answer holds no message id, so it may not be Amazon's.")
    return str(said["MessageId"])
