"""One mail over HTTP: sesv2.send_email, once."""

from core.aws.access import Access
from core.connect.letter import Letter
from core.errors import SesDeskError


class MaybeSent(SesDeskError):
    """No answer came after the mail may have left us: it may or may not go out. Never repeated by itself."""

    reference = "send-unknown"


def send(access: Access, letter: Letter) -> str:
    """Send and return Amazon's message id. Raises botocore's errors when refused, MaybeSent when nobody knows."""
    raise NotImplementedError
