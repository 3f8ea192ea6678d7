"""The demo's own buttons, under /_demo/ on the same port: what a person does in Amazon's console, and misbehaviour on request.

Only for this machine: a request that a web page made (it has an Origin) or that names another host is refused.
JSON in and out; an unknown path is 404, a wrong wish 400 with a sentence.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from core.demo import beginning, delivery, knobs, payload, telling
from core.demo.amazon import Amazon
from core.demo.answers import Answer
from core.demo.faults import described as faults_known
from core.demo.knobs import Wish, region_of
from core.demo.sigv4 import Request
from core.moment import rfc3339


def answer(amazon: Amazon, request: Request) -> Answer:
    """Answer one control request."""
    host = urlsplit("//" + request.headers.get("host", "")).hostname or ""
    if "origin" in request.headers or not delivery.is_loopback(host):
        return _json(403, {"error": "The demo's controls answer only programs on this machine."})
    button = BUTTONS.get((request.method, request.path))
    if button is None:
        return _json(
            404,
            {
                "error": f"There is no {request.method} {request.path}.",
                "there are": [" ".join(each) for each in BUTTONS],
            },
        )
    try:
        wish = json.loads(request.body or b"{}")
        with amazon.lock:
            found = button(amazon, wish)
            if request.method != "GET":
                amazon.keep()
        return _json(200, found)
    except (ValueError, TypeError, KeyError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})


def _json(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode(), "application/json")


def about(amazon: Amazon, wish: Wish) -> Wish:
    """Who this is, without secrets."""
    return {
        "name": "SES Desk demo Amazon",
        "account": "000000000000",
        "certificate": amazon.world.certificate,
        "smtp_ca": amazon.world.smtp_ca,
        "tuning": asdict(amazon.world.tuning),
        "faults": [asdict(fault) for fault in amazon.faults.waiting],
    }


def set_account(amazon: Amazon, wish: Wish) -> Wish:
    """Move an account into or out of the sandbox, pause it, change its quota; `region` and any fields of Region."""
    region = region_of(amazon, wish)
    known = (
        "enabled",
        "production",
        "sending",
        "enforcement",
        "max_24_hours",
        "max_rate",
        "vdm",
        "reputation",
        "details",
    )
    _assign(region, {name: value for name, value in wish.items() if name != "region"}, known)
    if "production" in wish:
        region.max_24_hours = float(wish.get("max_24_hours", 50_000 if region.production else 200))
        region.max_rate = float(wish.get("max_rate", 14 if region.production else 1))
    return {name: getattr(region, name) for name in known}


def set_identity(amazon: Amazon, wish: Wish) -> Wish:
    """Make or change a sender: `name`, and any fields of Identity (status SUCCESS = verified)."""
    region, name = region_of(amazon, wish), str(wish["name"])
    identity = region.identities.setdefault(name, beginning.verified(name, amazon.now()))
    known = tuple(asdict(identity))
    _assign(identity, {each: value for each, value in wish.items() if each not in ("region", "name")}, known)
    return asdict(identity)


def new_key(amazon: Amazon, wish: Wish) -> Wish:
    """Another access key: `user`, `policy` (an IAM document), `temporary`, `active`, `root`, `expires_at`, `created_at`,
    `attached` (managed policies), `groups` (name -> managed policies). IAM's limit of two does not hold here."""
    temporary = bool(wish.pop("temporary", False))
    known = ("user", "policy", "active", "root", "expires_at", "created_at", "attached", "groups")
    if unknown := [name for name in wish if name not in known]:
        raise ValueError(f"A key has no {', '.join(unknown)}.")
    knobs.known_policies(
        [*wish.get("attached", []), *(n for held in wish.get("groups", {}).values() for n in held)]
    )
    key = beginning.new_key(temporary, **{"created_at": amazon.now(), **wish})
    amazon.world.keys[key.id] = key
    return {**asdict(key), "arn": key.arn}


def tune(amazon: Amazon, wish: Wish) -> Wish:
    """Duplicates, disorder, pauses, the clock: fields of Tuning."""
    _assign(amazon.world.tuning, wish, tuple(asdict(amazon.world.tuning)))
    return asdict(amazon.world.tuning)


def add_fault(amazon: Amazon, wish: Wish) -> Wish:
    """Ask for a fault (faults.py)."""
    return asdict(amazon.faults.add(wish))


def clear_faults(amazon: Amazon, wish: Wish) -> Wish:
    """Behave again."""
    amazon.faults.clear()
    return {}


def clear_calls(amazon: Amazon, wish: Wish) -> Wish:
    """Forget what was called, sent and delivered so far."""
    amazon.calls.clear()
    amazon.mail.clear()
    amazon.deliveries.clear()
    return {}


def stop(amazon: Amazon, wish: Wish) -> Wish:
    """End the process, once this is answered."""
    amazon.clockwork.after(0.1, amazon.ended.set)
    return {"stopping": True}


def happen(amazon: Amazon, wish: Wish) -> Wish:
    """Let something happen to a mail sent before: `message_id`, `kind` (Open, Click, DeliveryDelay …), `body`."""
    mail = amazon.recent.get(str(wish["message_id"]))
    if mail is None:
        raise ValueError("No such mail among the last thousand.")
    region = amazon.region(mail.region)
    kind = str(wish["kind"])
    if region is None or kind not in payload.KINDS:
        raise ValueError(f"Unknown kind; there are {', '.join(payload.KINDS)}.")
    body = {"timestamp": rfc3339(amazon.now()), **(wish.get("body") or {})}
    telling.tell(amazon, region, mail, kind, body)
    return {"told": kind}


def _assign(thing: object, values: Wish, known: tuple[str, ...]) -> None:
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"There is no {name} to set; there are {', '.join(known)}.")
        setattr(thing, name, value)


BUTTONS: dict[tuple[str, str], Callable[[Amazon, Wish], Any]] = {
    ("GET", "/_demo/"): about,
    ("GET", "/_demo/faults"): lambda amazon, wish: faults_known(),
    ("POST", "/_demo/faults"): add_fault,
    ("DELETE", "/_demo/faults"): clear_faults,
    ("GET", "/_demo/calls"): lambda amazon, wish: amazon.called(),
    ("DELETE", "/_demo/calls"): clear_calls,
    ("GET", "/_demo/mail"): lambda amazon, wish: list(amazon.mail),
    ("GET", "/_demo/deliveries"): lambda amazon, wish: list(amazon.deliveries),
    ("POST", "/_demo/account"): set_account,
    ("POST", "/_demo/identity"): set_identity,
    ("POST", "/_demo/keys"): new_key,
    ("POST", "/_demo/tuning"): tune,
    ("POST", "/_demo/happen"): happen,
    ("POST", "/_demo/stop"): stop,
    **knobs.BUTTONS,
}
