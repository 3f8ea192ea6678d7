"""The read-only API under /api/v1: events, rates and the suppression list for other systems. Bearer tokens only; a stranger learns nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope

from core import moment
from core.errors import BadInput, SesDeskError
from core.events.address import normalise
from core.links import LinkKeys
from core.moment import rfc3339
from core.receiver import suppressions, unsubscribe_link
from core.receiver.answers import NOT_FOUND, Answer, error, json_answer, read_body, refusal, wrong_method
from core.receiver.bearer import bearer
from core.receiver.openapi import description
from core.receiver.question import Question, bad, day_text, today
from core.receiver.refused import Refused, later
from core.settings import Settings
from core.store import api_tokens, connections, explorer, rates
from core.store.engine import Store
from core.store.tables import ApiToken, Connection

READING = ("GET", "HEAD")
LOOKUP, ADDRESS = "v1/suppressions/lookup", "v1/suppressions/"
GROUPS = ("day", "identity", "configuration_set", "mailbox_provider", "recipient_domain")
COHORTS = ("sent", "event")
LONGEST = 36_600  # days in one question: a hundred years
EXCLUDED = [
    "simulator.amazonses.com",
    "OnAccountSuppressionList",
    "OnTenantSuppressionList",
    "EmailValidationSuppressed",
    "UnsubscribedRecipient",
    "drill",
]
NO_TOKEN = error(
    401,
    "unauthorized",
    "Send a valid token as 'Authorization: Bearer TOKEN'. Make one with 'python -m core.admin api-token NAME'.",
    None,
    ((b"www-authenticate", b'Bearer realm="SES Desk"'),),
)


class Api:
    """The routes below /api. Each asks the store in a thread, so that the loop stays free."""

    def __init__(self, store: Store, settings: Settings, keys: LinkKeys) -> None:
        self._store, self._settings, self._keys = store, settings, keys
        self._routes: dict[str, Callable[[Scope, ApiToken], Any]] = {
            "v1/events": self._events,
            "v1/rates": self._rates,
            "v1/suppressions": self._suppressions,
            "v1/unsubscribe-link": self._unsubscribe_link,
            "v1/openapi.json": self._description,
        }

    async def answer(self, scope: Scope, receive: Receive, path: str) -> Answer:
        """The answer to one request; `path` is what follows /api/."""
        if path != LOOKUP:
            return await asyncio.to_thread(self._answer, scope, path)
        if scope["method"] != "POST":
            return wrong_method("POST")
        try:
            body = await read_body(scope, receive, suppressions.LOOKUP_BYTES)
        except Refused as refused:
            return refusal(refused)
        return await asyncio.to_thread(self._answer, scope, path, body)

    def _answer(self, scope: Scope, path: str, body: bytes | None = None) -> Answer:
        route = self._route(path, body)
        if route is None:
            return NOT_FOUND
        if body is None and scope["method"] not in READING:
            return wrong_method(*READING)
        try:
            token = self._token(scope)
            return NO_TOKEN if token is None else json_answer(route(scope, token))
        except Refused as refused:
            return refusal(refused)
        except BadInput as refused:
            return refusal(Refused(400, "bad-parameter", refused.message, refused.field))
        except SesDeskError as refused:
            return refusal(later("store", str(refused)))

    def _route(self, path: str, body: bytes | None) -> Callable[[Scope, ApiToken], Any] | None:
        """Who answers this path; an address may hold nearly any character, a slash as well."""
        if body is not None:
            return lambda scope, token: self._lookup(scope, token, body)
        address = path[len(ADDRESS) :] if path.startswith(ADDRESS) else ""
        if address:
            return lambda scope, token: self._suppression(scope, token, address)
        return self._routes.get(path)

    def _token(self, scope: Scope) -> ApiToken | None:
        token = bearer(scope)
        return None if token is None else api_tokens.find(self._store, token)

    def _connections(self, token: ApiToken, name: str | None) -> dict[int, Connection]:
        """The connections asked about, by number; raises Refused (404) for one that this token may not see."""
        known = [one for one in connections.all(self._store) if token.connection_id in (None, one.id)]
        asked = [one for one in known if name is None or one.name == name]
        if name is not None and not asked:
            raise Refused(404, "unknown-connection", "There is no connection of that name.", "connection")
        return {one.id: one for one in asked if one.id is not None}

    def _description(self, scope: Scope, token: ApiToken) -> Any:
        Question.read(scope["query_string"], ())
        return description()

    def _events(self, scope: Scope, token: ApiToken) -> Any:
        names = ("connection", "message_id", "recipient", "type", "since", "until", "limit", "cursor")
        question = Question.read(scope["query_string"], names, ("type",))
        recipient = question.one("recipient")
        filters = explorer.EventFilter(
            message_id=question.one("message_id"),
            recipient=None if recipient is None else normalise(recipient),
            types=tuple(question.many("type")),
            since=question.moment("since"),
            until=question.moment("until"),
        )
        limit = question.number("limit", 100, 1, 1000)
        asked = self._connections(token, question.one("connection"))
        page = explorer.events(self._store, list(asked), filters, limit, question.one("cursor"))
        return {"events": [_event(event) for event in page.events], "next": page.next}

    def _suppression(self, scope: Scope, token: ApiToken, address: str) -> Any:
        question = Question.read(scope["query_string"], ("connection", "group"))
        asked = self._connections(token, question.one("connection"))
        return suppressions.one(self._store, list(asked), address, question.one("group"))

    def _lookup(self, scope: Scope, token: ApiToken, body: bytes) -> Any:
        question = Question.read(scope["query_string"], ("connection", "group"))
        asked = self._connections(token, question.one("connection"))
        group = question.one("group")
        return suppressions.lookup(self._store, list(asked), suppressions.addresses_of(body), group)

    def _unsubscribe_link(self, scope: Scope, token: ApiToken) -> Any:
        question = Question.read(scope["query_string"], unsubscribe_link.PARAMETERS)
        asked = self._connections(token, question.one("connection"))
        return unsubscribe_link.link(self._store, self._settings, self._keys, asked, question)

    def _suppressions(self, scope: Scope, token: ApiToken) -> Any:
        question = Question.read(scope["query_string"], ("connection", "since", "limit", "cursor"))
        asked = self._connections(token, question.one("connection"))
        return suppressions.changes(self._store, {one: each.name for one, each in asked.items()}, question)

    def _rates(self, scope: Scope, token: ApiToken) -> Any:
        question = Question.read(scope["query_string"], ("connection", "from", "to", "by", "cohort"))
        now = today(moment.now())
        last = question.day("to", now)
        first = question.day("from", last - 29)
        if first > last:
            raise bad("from", "from must not lie after to.")
        if last - first > LONGEST:
            raise bad("from", "Ask for a hundred years at most.")
        by = question.one("by") or "day"
        if question.one("by") == "" or not (by in GROUPS or (by.startswith("tag:") and len(by) > 4)):
            raise bad("by", f"by must be one of {', '.join(GROUPS)} or tag:NAME.")
        cohort = question.choice("cohort", COHORTS, "sent")
        asked = self._connections(token, question.one("connection"))
        found = rates.rates(self._store, list(asked), first, last, by, cohort)
        key = "tag" if by.startswith("tag:") else by
        return {
            "rows": [_row(key, row) for row in found],
            "definition": {
                "cohort": cohort,
                "from": day_text(first),
                "to": day_text(last),
                "unit": "recipient",
                "excluded": EXCLUDED,
            },
        }


def _event(event: explorer.ExplorerEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "connection": event.connection,
        "type": event.type,
        "message_id": event.message_id,
        "recipient": event.recipient,
        "occurred_at": rfc3339(event.occurred_at),
        "sent_at": None if event.sent_at is None else rfc3339(event.sent_at),
        "received_at": rfc3339(event.received_at),
        "identity": event.identity,
        "configuration_set": event.configuration_set,
        "tags": event.tags,
        "mailbox_provider": event.mailbox_provider,
        "bounce_type": event.bounce_type,
        "bounce_subtype": event.bounce_subtype,
        "diagnostic_code": event.diagnostic_code,
        "status": event.status,
        "feedback_type": event.feedback_type,
        "feedback_id": event.feedback_id,
        "candidates": event.candidates,
        "counts": event.counts,
        "flags": event.flags,
        "raw_id": event.raw_id,
    }


def _row(key: str, row: rates.RatesRow) -> dict[str, Any]:
    return {
        key: row.key,
        "sent": row.sent,
        "delivered": row.delivered,
        "bounced_permanent": row.bounced_permanent,
        "bounced_transient": row.bounced_transient,
        "complained": row.complained,
        "bounce_rate": row.bounce_rate,
        "complaint_rate": row.complaint_rate,
        "unknown": row.unknown,
    }
