"""SES contact lists, for Amazon's own subscription management. Source: SES API v2, ListContactLists, GetContactList, CreateContactList.

An account has one list at most in a region; it may have up to 20 topics.
"""

from dataclasses import dataclass

from core.aws.access import Access


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list by its name, with the names of its topics."""

    name: str
    topics: tuple[str, ...] = ()


def find(access: Access) -> ContactList | None:
    """The account's list in this region, None when there is none. Raises botocore's errors."""
    sesv2 = access.client("sesv2")
    found = sesv2.list_contact_lists().get("ContactLists", [])
    if not found:
        return None
    name = str(found[0]["ContactListName"])
    topics = sesv2.get_contact_list(ContactListName=name).get("Topics", [])
    return ContactList(name, tuple(str(topic["TopicName"]) for topic in topics))


def make(access: Access, name: str, topics: tuple[tuple[str, str], ...]) -> None:
    """Make the list with its topics, each a name and a title; people are on a topic until they say otherwise."""
    access.client("sesv2").create_contact_list(
        ContactListName=name,
        Topics=[
            {"TopicName": key, "DisplayName": title, "DefaultSubscriptionStatus": "OPT_IN"}
            for key, title in topics
        ],
    )
