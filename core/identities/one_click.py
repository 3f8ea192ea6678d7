"""The header row: whether mail carries what lets a reader leave with one press (RFC 8058)."""

from core.diagnosis import finding
from core.identities.row import INCORRECT, MISSING, VERIFIED, Row
from core.unsubscribe.chosen import Chosen

WANTED = "List-Unsubscribe: <https://…>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
NAME = "List-Unsubscribe"


def row(decided: Chosen, public_url: str) -> Row:
    """By what was decided here. What another program puts into its mail, only its mail can show."""

    def told(state: str, sentence: str, *hints: str) -> Row:
        note = "This is about mail from here, and by our links. Check a mail of your own sender to see its headers."
        said = tuple(finding(each) for each in hints)
        return Row(
            "one-click",
            "One-click unsubscribe",
            "Header",
            NAME,
            WANTED,
            state,
            sentence,
            hints=said,
            note=note,
        )

    if decided.contact_list:
        return told(VERIFIED, "Amazon writes both headers into mail to one person.")
    url = decided.look.elsewhere or public_url
    if not url:
        return told(MISSING, "There is no public address for the links yet.", "unsubscribe-no-public-url")
    if not url.startswith("https://"):
        return told(INCORRECT, "The links are not https.", "unsubscribe-not-https")
    if not decided.look.on_tests:
        return told(MISSING, "Tests go out without it.", "one-click-off")
    return told(VERIFIED, "Tests carry both headers, and the link works with one press.")
