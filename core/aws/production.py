"""The request for production access, as Amazon takes it.

Source: SESv2 PutAccountDetails; "Request production access" in the developer guide.
"""

from dataclasses import dataclass

from core.aws.access import Access

MAIL_TYPES = ("MARKETING", "TRANSACTIONAL")
LONGEST = 5_000  # characters of the description


@dataclass(frozen=True, slots=True)
class Request:
    """What Amazon's reviewers read. `website` begins with http:// or https://."""

    mail_type: str  # one of MAIL_TYPES
    website: str
    description: str


def ask(access: Access, request: Request) -> None:
    """File the request for this region. Raises ConflictException while one is under review, and AccessDenied."""
    access.client("sesv2", sends=True).put_account_details(
        MailType=request.mail_type,
        WebsiteURL=request.website,
        ContactLanguage="EN",
        UseCaseDescription=request.description,
        ProductionAccessEnabled=True,
    )
