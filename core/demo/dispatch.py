"""From one HTTP request to one answer: signature, fault on request, service, and the answer in that service's protocol."""

import json
import uuid
from typing import Any
from urllib.parse import parse_qs

from core.demo import iam, metrics, places, query, rest, ses, sns, sqs, sts, subscribed, subscriptions, tags
from core.demo.amazon import Amazon, Called
from core.demo.answers import Answer, good, refused, strange
from core.demo.call import Call
from core.demo.faults import DONE, WAYS
from core.demo.refusal import Refusal, spelled
from core.demo.sigv4 import Request, Scope, verify
from core.demo.world import Region

Handlers = dict[str, Any]
QUERY: dict[str, Handlers] = {
    "sts": sts.ACTIONS,
    "iam": iam.ACTIONS,
    "ses": ses.ACTIONS,
    "sns": {**sns.ACTIONS, **subscriptions.ACTIONS, **subscribed.ACTIONS, **tags.SNS},
}
JSON: dict[str, Handlers] = {"sqs": sqs.ACTIONS, "monitoring": metrics.CLOUDWATCH}
# Calls that change nothing: the world need not be written after them.
READS = ("Get", "List", "Describe", "BatchGet", "Receive", "Simulate")


def answer(amazon: Amazon, request: Request, source_ip: str, base: str) -> Answer:
    """Answer one request of a caller. Every call is noted, whatever becomes of it."""
    request_id = str(uuid.uuid4())
    service, action = _service_of(request), ""
    scope: Scope | None = None
    try:
        action, given = _read(service, request)
        fault = amazon.faults.take(service, action)
        if fault is not None and fault.name not in WAYS:
            raise Refusal(
                fault.code, fault.message.replace("{action}", f"{_prefix(service)}:{action}"), fault.status
            )
        if fault is not None and fault.name not in DONE:
            amazon.note(Called(amazon.now(), service, action, "", "", 0, fault.name))
            return strange(fault)
        scope = _admitted(amazon, request, service, action)
        region = _region(amazon, scope)
        given["_base"] = base
        call = Call(amazon, region, scope.key, action, given, source_ip, request_id)
        if service in ("ses", "sesv2") and not action.startswith("Send") and not amazon.pace(region):
            raise Refusal("throttled", "Rate exceeded")
        found = _run(call, service, action)
        amazon.note(Called(amazon.now(), service, action, scope.region, scope.key.id, 200))
        if fault is not None:
            return strange(fault)
        return good(service, action, found, request_id)
    except Refusal as refusal:
        code, status = spelled(refusal, service)
        who = (scope.region, scope.key.id) if scope is not None else ("", "")
        amazon.note(Called(amazon.now(), service, action, *who, status, code))
        return refused(service, refusal, request_id)


def unsigned(amazon: Amazon, request: Request) -> Answer:
    """The two SNS calls that need no signature, ConfirmSubscription and Unsubscribe: as a link, or posted."""
    asked = request.query or request.body.decode("utf-8", "replace")
    given = {name: values[0] for name, values in parse_qs(asked).items()}
    request_id, action = str(uuid.uuid4()), given.get("Action", "")
    try:
        arn = given.get("TopicArn") or given.get("SubscriptionArn", "")
        region = amazon.region(arn.split(":")[3] if arn.count(":") >= 5 else "")
        if region is None:
            raise Refusal("InvalidParameter", "Invalid parameter: TopicArn")
        with amazon.lock:
            if action == "ConfirmSubscription":
                signed = given.get("AuthenticateOnUnsubscribe", "").lower() == "true"
                found = {
                    "SubscriptionArn": subscriptions.confirm(
                        amazon, region, arn, given.get("Token", ""), signed
                    )
                }
            else:
                subscriptions.leave(amazon, region, arn, signed=False)
                found = None
            amazon.keep()
        amazon.note(Called(amazon.now(), "sns", action, region.code, "", 200))
        return Answer(200, query.write(action, found, sns.NAMESPACE, request_id))
    except Refusal as refusal:
        return refused("sns", refusal, request_id)


def _service_of(request: Request) -> str:
    """Which service is meant: the one in the signature; SES has two APIs behind one name."""
    scope = request.headers.get("authorization", "").partition("Credential=")[2].split("/")
    service = scope[3] if len(scope) > 3 else "ses"
    if service in ("ses", "email"):
        return "sesv2" if request.path.startswith("/v2/") else "ses"
    return service


def _read(service: str, request: Request) -> tuple[str, dict[str, Any]]:
    """The call and its parameters, in the service's protocol."""
    if service == "sesv2":
        return rest.read(request)
    if service in QUERY:
        given = query.read(request.body or request.query.encode())
        return str(given.get("Action", "")), given
    if service in JSON:
        try:
            given = json.loads(request.body or b"{}")
        except ValueError:
            raise Refusal("SerializationException", "Could not parse the request body.") from None
        return request.headers.get("x-amz-target", "").rpartition(".")[2], given if isinstance(
            given, dict
        ) else {}
    raise Refusal("unknown-action", f"The demo has no service {service}.")


def _admitted(amazon: Amazon, request: Request, service: str, action: str) -> Scope:
    with amazon.lock:
        scope = verify(request, amazon.world.keys, amazon.now())
        scope.key.used_at, scope.key.used_for = amazon.now(), (_prefix(service), scope.region)
    if not action:
        raise Refusal("unknown-action", "Could not find operation.")
    return scope


def _region(amazon: Amazon, scope: Scope) -> Region:
    """The region signed for. One that the account has not opted in to does not know its keys."""
    code = "us-east-1" if scope.region == "aws-global" else scope.region
    region = amazon.region(code)
    if region is None and code in places.ALL:
        region = Region(code)  # SNS without SES
    if region is None:
        raise Refusal("bad-signature", "Credential should be scoped to a valid region. ")
    if not region.enabled:
        raise Refusal("unknown-key")
    return region


def _run(call: Call, service: str, action: str) -> dict[str, Any] | None:
    handlers = rest.ACTIONS if service == "sesv2" else JSON[service] if service in JSON else QUERY[service]
    handler = handlers.get(action)
    if handler is None:
        raise Refusal("unknown-action", f"Could not find operation {action} in the demo.")
    if action == "ReceiveMessage":
        found: dict[str, Any] | None = handler(call)  # waits; takes the lock by itself
        return found
    with call.amazon.lock:
        found = handler(call)
        if not action.startswith(READS):
            call.amazon.keep()
    return found


def _prefix(service: str) -> str:
    return {"sesv2": "ses", "monitoring": "cloudwatch"}.get(service, service)
