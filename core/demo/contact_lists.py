"""SES v2: contact lists and their topics. An account has one list at most in a region. Source: SES API v2 reference."""

import re
from typing import Any

from core.demo import tags
from core.demo.call import Call
from core.demo.paging import page
from core.demo.refusal import Refusal
from core.demo.world import ContactList

STATES = ("OPT_IN", "OPT_OUT")
MOST_TOPICS = 20


def existing(call: Call) -> ContactList:
    """The list the call names, or Amazon's NotFound."""
    name = call.text("ContactListName")
    call.may(f"ses:{call.action}", call.ses_arn("contact-list", name))
    found = call.region.contact_lists.get(name)
    if found is None:
        raise Refusal("NotFoundException", f"List with name: {name} doesn't exist.", 404)
    return found


def create_list(call: Call) -> dict[str, Any]:
    """The account's list."""
    name = call.text("ContactListName")
    call.may("ses:CreateContactList", call.ses_arn("contact-list", name))
    if call.items("Tags"):
        call.may("ses:TagResource", call.ses_arn("contact-list", name))
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise Refusal("BadRequestException", f"Invalid contact list name <{name}>.")
    if name in call.region.contact_lists:
        raise Refusal("AlreadyExistsException", f"List with name {name} already exists.")
    if call.region.contact_lists:
        raise Refusal("LimitExceededException", "Maximum number of contact lists reached: 1.")
    now = call.amazon.now()
    topics, words = _topics(call.items("Topics")), call.text("Description")
    made = ContactList(name, words, topics, now, now, tags.given(call))
    call.region.contact_lists[name] = made
    return {}


def update_list(call: Call) -> dict[str, Any]:
    """Other topics, another description."""
    found = existing(call)
    found.topics, found.changed_at = _topics(call.items("Topics")), call.amazon.now()
    if "Description" in call.given:
        found.description = call.text("Description")
    return {}


def get_list(call: Call) -> dict[str, Any]:
    """Its topics and times."""
    found = existing(call)
    return {
        "ContactListName": found.name,
        "Topics": found.topics,
        "Description": found.description,
        "CreatedTimestamp": found.made_at / 1000,
        "LastUpdatedTimestamp": found.changed_at / 1000,
        "Tags": tags.rows(found.tags),
    }


def lists(call: Call) -> dict[str, Any]:
    """Names, in pages."""
    call.may("ses:ListContactLists")
    found, following = page(list(call.region.contact_lists.values()), call.given, 1000)
    named = [{"ContactListName": each.name, "LastUpdatedTimestamp": each.changed_at / 1000} for each in found]
    return {"ContactLists": named, **following}


def delete_list(call: Call) -> dict[str, Any]:
    """With everyone on it."""
    del call.region.contact_lists[existing(call).name]
    return {}


def _topics(given: list[Any]) -> list[dict[str, str]]:
    if len(given) > MOST_TOPICS:
        raise Refusal("BadRequestException", f"A contact list can have at most {MOST_TOPICS} topics.")
    for row in given:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(row.get("TopicName", ""))) or not row.get(
            "DisplayName"
        ):
            raise Refusal("BadRequestException", "Each topic needs a TopicName and a DisplayName.")
        if row.get("DefaultSubscriptionStatus") not in STATES:
            raise Refusal("BadRequestException", "DefaultSubscriptionStatus must be OPT_IN or OPT_OUT.")
    return [{str(name): str(value) for name, value in row.items()} for row in given]


ACTIONS = {
    "CreateContactList": create_list,
    "UpdateContactList": update_list,
    "GetContactList": get_list,
    "ListContactLists": lists,
    "DeleteContactList": delete_list,
}
