"""SES's own subscription management: a send that names a contact list carries ways to leave it, and they work here too.

Headers and link are added for one recipient alone, and only where SES signs with its own DKIM keys. Source: SES developer guide,
"Using subscription management". In the guide the page behind the link is Amazon's; here it is this demo's `/unsubscribe/…`.
"""

from html import escape
from urllib.parse import parse_qs, quote, unquote

from core.demo import contacts, telling
from core.demo.amazon import Amazon
from core.demo.call import Call
from core.demo.identities import owner_of
from core.demo.mail import Mail
from core.demo.refusal import Refusal
from core.demo.sigv4 import Request
from core.demo.world import Contact, ContactList, Region
from core.moment import rfc3339

PATH = "/unsubscribe/"
HEADER = "x-ses-list-management-options"
PLACEHOLDER = "{{amazonSESUnsubscribeUrl}}"
_SAID = {"OPT_IN": "OptIn", "OPT_OUT": "OptOut"}


def check(call: Call, mail: Mail) -> None:
    """Note the list and topic a send names; refuse those that are not there."""
    options = call.given.get("ListManagementOptions") or {}
    if options:
        name_list(
            call.region, mail, str(options.get("ContactListName") or ""), str(options.get("TopicName") or "")
        )


def check_header(region: Region, mail: Mail) -> None:
    """The same for a mail by SMTP, which says it as `LIST; topic=TOPIC` in a header that goes no further."""
    said = next((value for name, value in mail.headers if name.lower() == HEADER), "")
    mail.headers = [each for each in mail.headers if each[0].lower() != HEADER]
    if said:
        name, _, rest = said.partition(";")
        name_list(region, mail, name.strip(), rest.partition("=")[2].strip())


def name_list(region: Region, mail: Mail, name: str, topic: str) -> None:
    """Note them with the mail."""
    found = region.contact_lists.get(name)
    if found is None:
        raise Refusal("NotFoundException", f"List with name: {name} doesn't exist.", 404)
    if topic and topic not in {row["TopicName"] for row in found.topics}:
        raise Refusal("NotFoundException", f"Topic with name {topic} doesn't exist in list {name}.", 404)
    mail.contact_list, mail.contact_topic = name, topic


def equip(region: Region, mail: Mail, base: str) -> None:
    """Put the headers and the link into a mail that was taken in."""
    owner = owner_of(region, mail.sender)
    if not mail.contact_list or len(mail.destination) != 1 or owner is None:
        return
    if not (owner.dkim_signing and owner.dkim_origin == "AWS_SES"):
        return
    link = f"{base}{PATH}{quote(mail.message_id)}"
    mail.headers += [
        ("List-Unsubscribe", f"<{link}>, <mailto:unsubscribe@{mail.region}.amazonses.example>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]
    mail.text = mail.text.replace(PLACEHOLDER, link)


def answer(amazon: Amazon, request: Request) -> tuple[int, str]:
    """The page behind the link: a GET shows a button, a POST leaves. Status and HTML."""
    mail = amazon.recent.get(unquote(request.path.removeprefix(PATH)))
    if mail is None or not mail.contact_list:
        return 404, _page("This link is not known.")
    if request.method != "POST":
        return 200, _page(
            f"Leave {escape(mail.contact_topic or mail.contact_list)}?"
            '<form method="post"><button>Unsubscribe</button></form>'
        )
    given = parse_qs(request.body.decode("utf-8", "replace"))
    region = amazon.region(mail.region)
    if region is None or mail.contact_list not in region.contact_lists:
        return 404, _page("The list is gone.")
    header = "List-Unsubscribe" in given
    wish(amazon, region, mail, "OPT_OUT", "UnsubscribeHeader" if header else "PreferencePage")
    return 200, _page("You are unsubscribed.")


def wish(
    amazon: Amazon, region: Region, mail: Mail, state: str, source: str, everything: bool = False
) -> None:
    """Change what the mail's reader wants of its topic (of the list, where it names none), and tell so."""
    found = region.contact_lists[mail.contact_list]
    address = mail.recipients[0].lower()
    now = amazon.now()
    contact = found.contacts.get(address)
    before = _preferences(found, contact)
    contact = found.contacts.setdefault(address, Contact(made_at=now))
    if everything or not mail.contact_topic:
        contact.left_all = state == "OPT_OUT"
    else:
        contact.topics[mail.contact_topic] = state
        contact.left_all = contact.left_all and state == "OPT_OUT"
    contact.changed_at = now
    body = {
        "contactList": found.name,
        "timestamp": rfc3339(now),
        "source": source,
        "newTopicPreferences": _preferences(found, contact),
        "oldTopicPreferences": before,
    }
    telling.tell(amazon, region, mail, "Subscription", body)
    amazon.keep()


def _preferences(found: ContactList, contact: Contact | None) -> dict[str, object]:
    rows = [
        {
            "topicName": row["TopicName"],
            "subscriptionStatus": _SAID[contacts.wanted(found, contact, row["TopicName"])],
        }
        for row in found.topics
    ]
    return {"unsubscribeAll": contact is not None and contact.left_all, "topicSubscriptionStatus": rows}


def _page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>Unsubscribe (demo)</title></head><body>{body}</body></html>'
