"""KMS, as far as topics and queues meet it: which Amazon services may use a key.

A key nobody was told about lets no other service in, and neither does Amazon's own alias/aws/sns or alias/aws/sqs: its policy
cannot be changed. `POST /_demo/kms` writes a key's policy. Source: SES developer guide, "Configuring Amazon SNS notifications";
SNS developer guide, "Key management".
"""

from core.demo.world import ACCOUNT, Region

OWN = ("alias/aws/sns", "alias/aws/sqs")


def opens(region: Region, key: str, service: str) -> bool:
    """Whether the service may encrypt and decrypt with the key. No key at all: nothing is in its way."""
    if not key:
        return True
    return short(key) not in OWN and service in region.kms.get(short(key), [])


def arn_of(region: Region, key: str) -> str:
    """The key as IAM names it."""
    return key if key.startswith("arn:") else f"arn:aws:kms:{region.code}:{ACCOUNT}:{key_path(key)}"


def key_path(key: str) -> str:
    """The last part of a key's ARN: an alias as it is, an id after `key/`."""
    return key if key.startswith("alias/") else f"key/{key}"


def short(key: str) -> str:
    """A key's own name, without ARN."""
    name = key.rpartition(":")[2] if key.startswith("arn:") else key
    return name.removeprefix("key/")
