"""SES v2: the people on a contact list. Source: SES API v2 reference; developer guide, "Using subscription management".

A person's wish for a topic that they never said anything about is the topic's default.
"""

from email.utils import parseaddr
from typing import Any

from core.demo.call import Call
from core.demo.contact_lists import STATES, existing
from core.demo.paging import page
from core.demo.refusal import Refusal
from core.demo.world import Contact, ContactList


def create(call: Call) -> dict[str, Any]:
    """Put somebody on the list."""
    found, address = existing(call), _address(call)
    if address in found.contacts:
        raise Refusal(
            "AlreadyExistsException", f"Email address {address} already exists in list {found.name}."
        )
    now = call.amazon.now()
    contact = Contact(made_at=now, changed_at=now)
    _change(call, found, contact)
    found.contacts[address] = contact
    return {}


def update(call: Call) -> dict[str, Any]:
    """Change what somebody wants; topics left out keep their wish."""
    found = existing(call)
    contact = _contact(call, found)
    _change(call, found, contact)
    contact.changed_at = call.amazon.now()
    return {}


def get(call: Call) -> dict[str, Any]:
    """One person's wishes."""
    found = existing(call)
    contact = _contact(call, found)
    return {
        "ContactListName": found.name,
        **_shown(found, _address(call), contact),
        "AttributesData": contact.data,
        "CreatedTimestamp": contact.made_at / 1000,
    }


def list_all(call: Call) -> dict[str, Any]:
    """Everyone, in pages; those of one state if asked."""
    found, wish = existing(call), call.given.get("Filter") or {}
    state, topic = wish.get("FilteredStatus"), (wish.get("TopicFilter") or {}).get("TopicName")
    people = [
        (address, contact)
        for address, contact in sorted(found.contacts.items())
        if state is None or wanted(found, contact, topic or "") == state
    ]
    some, following = page(people, call.given, 1000)
    return {"Contacts": [_shown(found, *each) for each in some], **following}


def delete(call: Call) -> dict[str, Any]:
    """Forget somebody."""
    found = existing(call)
    _contact(call, found)
    del found.contacts[_address(call)]
    return {}


def wanted(found: ContactList, contact: Contact | None, topic: str) -> str:
    """OPT_IN or OPT_OUT: what somebody wants of a topic (empty: of the list as a whole)."""
    if contact is not None and contact.left_all:
        return "OPT_OUT"
    if not topic:
        return "OPT_IN"
    default = next(
        (row["DefaultSubscriptionStatus"] for row in found.topics if row["TopicName"] == topic), "OPT_IN"
    )
    return contact.topics.get(topic, default) if contact is not None else default


def _change(call: Call, found: ContactList, contact: Contact) -> None:
    names = {row["TopicName"] for row in found.topics}
    for row in call.items("TopicPreferences"):
        name, state = str(row.get("TopicName", "")), str(row.get("SubscriptionStatus", ""))
        if name not in names:
            raise Refusal(
                "BadRequestException", f"Topic with name {name} doesn't exist in list {found.name}."
            )
        if state not in STATES:
            raise Refusal("BadRequestException", "SubscriptionStatus must be OPT_IN or OPT_OUT.")
        contact.topics[name] = state
    if "UnsubscribeAll" in call.given:
        contact.left_all = bool(call.given["UnsubscribeAll"])
    if "AttributesData" in call.given:
        contact.data = call.text("AttributesData")


def _shown(found: ContactList, address: str, contact: Contact) -> dict[str, Any]:
    said = [{"TopicName": name, "SubscriptionStatus": state} for name, state in contact.topics.items()]
    others = [
        {"TopicName": row["TopicName"], "SubscriptionStatus": row["DefaultSubscriptionStatus"]}
        for row in found.topics
        if row["TopicName"] not in contact.topics
    ]
    return {
        "EmailAddress": address,
        "TopicPreferences": said,
        "TopicDefaultPreferences": others,
        "UnsubscribeAll": contact.left_all,
        "LastUpdatedTimestamp": contact.changed_at / 1000,
    }


def _contact(call: Call, found: ContactList) -> Contact:
    address = _address(call)
    if address not in found.contacts:
        raise Refusal("NotFoundException", f"{address} doesn't exist in list {found.name}.", 404)
    return found.contacts[address]


def _address(call: Call) -> str:
    address = parseaddr(call.text("EmailAddress"))[1].lower()
    if "@" not in address:
        raise Refusal("BadRequestException", "EmailAddress must be an address.")
    return address


ACTIONS = {
    "CreateContact": create,
    "UpdateContact": update,
    "GetContact": get,
    "ListContacts": list_all,
    "DeleteContact": delete,
}
