"""The description of /api/v1 in OpenAPI 3.1, from the same words the code uses."""

from typing import Any

WHEN = {"type": "string", "format": "date-time"}
TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_RATE = {"type": ["number", "null"], "minimum": 0}
COUNT = {"type": "integer", "minimum": 0}

EVENT: dict[str, Any] = {
    "id": {"type": ["integer", "string"], "description": "Of this event, in the order of storing"},
    "connection": TEXT,
    "type": {
        "type": "string",
        "description": "Amazon's own spelling (Bounce, Rendering Failure …), or UNKNOWN",
    },
    "message_id": MAYBE_TEXT,
    "recipient": {"type": ["string", "null"], "description": "Bare address, lower case, domain in punycode"},
    "occurred_at": WHEN,
    "sent_at": {"type": ["string", "null"], "format": "date-time"},
    "received_at": WHEN,
    "identity": MAYBE_TEXT,
    "configuration_set": MAYBE_TEXT,
    "tags": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
    "mailbox_provider": MAYBE_TEXT,
    "bounce_type": MAYBE_TEXT,
    "bounce_subtype": MAYBE_TEXT,
    "diagnostic_code": MAYBE_TEXT,
    "status": MAYBE_TEXT,
    "feedback_type": MAYBE_TEXT,
    "feedback_id": MAYBE_TEXT,
    "candidates": {
        "type": ["integer", "null"],
        "description": "How many recipients a Complaint may be about",
    },
    "counts": {"type": "boolean", "description": "A Bounce or Complaint that stands in a numerator"},
    "flags": {"type": "array", "items": {"enum": ["late", "suspect", "demo", "drill"]}},
    "raw_id": {"type": ["integer", "string", "null"]},
}
NUMBERS = ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained")
KEYS = ("day", "identity", "configuration_set", "mailbox_provider", "recipient_domain", "tag")
ROW: dict[str, Any] = {
    **dict.fromkeys(KEYS, MAYBE_TEXT),
    **dict.fromkeys(NUMBERS, COUNT),
    "sent": {"type": ["integer", "null"], "minimum": 0},
    "bounce_rate": MAYBE_RATE,
    "complaint_rate": MAYBE_RATE,
    "unknown": {"enum": [None, "no_delivery_feed", "partial_delivery_feed"]},
}


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or list(properties)}


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def _question(summary: str, parameters: list[dict[str, Any]], answer: str) -> dict[str, Any]:
    def content(name: str) -> dict[str, Any]:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    responses: dict[str, Any] = {"200": {"description": "The answer", "content": content(answer)}}
    for status, words in (
        ("400", "A parameter is unknown or badly written"),
        ("401", "No token, or a wrong one"),
        ("404", "No such connection, or not this token's"),
        ("503", "Our side cannot answer just now; try again after 30 s"),
    ):
        responses[status] = {"description": words, "content": content("Error")}
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


CONNECTION = _parameter(
    "connection", TEXT, "The name given to add-connection; left out: all this token may see"
)
EVENTS = [
    CONNECTION,
    _parameter("message_id", TEXT, "The SES message id"),
    _parameter("recipient", TEXT, "An address, in any spelling"),
    {
        **_parameter("type", {"type": "array", "items": TEXT}, "Exact; may be repeated"),
        "style": "form",
        "explode": True,
    },
    _parameter("since", WHEN, "Inclusive, by occurred_at"),
    _parameter("until", WHEN, "Exclusive, by occurred_at"),
    _parameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "Events in one answer"
    ),
    _parameter("cursor", TEXT, "`next` of the answer before"),
]
RATES = [
    CONNECTION,
    _parameter("from", {"type": "string", "format": "date"}, "First UTC day, inclusive; default 29 days before `to`"),
    _parameter("to", {"type": "string", "format": "date"}, "Last UTC day, inclusive; default today"),
    _parameter("by", {"type": "string", "default": "day"}, "day, identity, configuration_set, mailbox_provider, recipient_domain or tag:NAME"),
    _parameter("cohort", {"enum": ["sent", "event"], "default": "sent"}, "The day of sending, or of the event"),
]  # fmt: skip
SUPPRESSION: dict[str, Any] = {
    "address": TEXT,
    "suppressed": {"type": "boolean"},
    "reason": {"enum": ["bounce", "complaint", "unsubscribe", "manual", "import", "drill", None]},
    "since": {"type": ["string", "null"], "format": "date-time"},
}
CHANGE: dict[str, Any] = {**SUPPRESSION, "connection": TEXT, "changed_at": WHEN}
GROUP = _parameter(
    "group", TEXT, "A group of mail that may be left by itself; then leaving just that one counts too"
)
ONE_ADDRESS = [
    {
        **_parameter(
            "address", TEXT, "Percent-encoded; compared bare, in lower case, its domain in punycode"
        ),
        "in": "path",
        "required": True,
    },
    CONNECTION,
    GROUP,
]
LINK_FOR = [
    {**CONNECTION, "description": "The connection that sends; may be left out when the token sees one only"},
    {**_parameter("address", TEXT, "The address that the mail goes to"), "required": True},
    _parameter("group", TEXT, "What the mail belongs to; a group that was not declared counts as all mail"),
]
LINK = _object({"url": TEXT, "headers": _object({"List-Unsubscribe": TEXT, "List-Unsubscribe-Post": TEXT})})
CHANGES = [
    CONNECTION,
    _parameter("since", WHEN, "Inclusive, by changed_at"),
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "Entries in one answer"),
    _parameter("cursor", TEXT, "`next` of the answer before"),
]  # fmt: skip
DEFINITION = _object(
    {
        "cohort": {"enum": ["sent", "event"]},
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "unit": {"const": "recipient"},
        "excluded": {"type": "array", "items": TEXT},
    }
)
LOOKUP = _object({"addresses": {"type": "array", "items": TEXT, "maxItems": 1000}})
ERROR = _object({"error": _object({"code": TEXT, "message": TEXT, "field": MAYBE_TEXT})})
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "SES Desk",
        "version": "1",
        "description": "Read-only. Times are RFC 3339 in UTC with milliseconds; a day is a UTC day. The unit of rates is one recipient of one message.",
    },
    "servers": [{"url": "/"}],
    "security": [{"bearer": []}],
    "paths": {
        "/api/v1/events": _question("Events, newest first", EVENTS, "Events"),
        "/api/v1/rates": _question("Bounce and complaint rates", RATES, "Rates"),
        "/api/v1/suppressions": _question(
            "The suppression list by last change, oldest first; what was taken off comes with suppressed false. "
            "To follow it, ask since the newest changed_at you hold, less ten minutes",
            CHANGES,
            "Changes",
        ),
        "/api/v1/suppressions/{address}": _question(
            "Whether an address may not be mailed. Over several connections: the list of one is enough, told is the "
            "entry that stands longest",
            ONE_ADDRESS,
            "Suppression",
        ),
        "/api/v1/suppressions/lookup": {
            "post": _question(
                "The same for up to 1,000 addresses, in their order; no address stands in a URL",
                [CONNECTION, GROUP],
                "Suppressions",
            )["get"]
            | {"requestBody": {"required": True, "content": {"application/json": {"schema": LOOKUP}}}}
        },
        "/api/v1/unsubscribe-link": _question(
            "The unsubscribe link and headers (RFC 8058) for a mail to one address; changes nothing. 503 without a public URL",
            LINK_FOR,
            "UnsubscribeLink",
        ),
        "/api/v1/openapi.json": {
            "get": {
                "summary": "This description",
                "responses": {
                    "200": {
                        "description": "OpenAPI 3.1",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    }
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Event": _object(EVENT),
            "Events": _object({"events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}, "next": MAYBE_TEXT}),
            "Row": _object(ROW, [*NUMBERS, "bounce_rate", "complaint_rate", "unknown"]),
            "Rates": _object({"rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}, "definition": DEFINITION}),
            "Suppression": _object(SUPPRESSION),
            "Suppressions": _object({"suppressions": {"type": "array", "items": {"$ref": "#/components/schemas/Suppression"}}}),
            "Change": _object(CHANGE),
            "Changes": _object({"suppressions": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}}, "next": MAYBE_TEXT}),
            "UnsubscribeLink": LINK,
            "Error": ERROR,
        },
    },
}  # fmt: skip


def description() -> dict[str, Any]:
    """The whole description."""
    return DESCRIPTION
