"""IAM, as far as a key asks about itself: its user, that user's keys and policies. One service for all regions.

A key that is made inactive is refused by every service from then on (sigv4.py). Source: IAM API reference; the user guide,
"Manage access keys for IAM users".
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from core.demo import beginning, managed, permission
from core.demo.call import Call
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, AccessKey
from core.moment import MINUTE, rfc3339

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
MOST_KEYS = 2
INLINE = "ses-desk"  # the name of every user's own policy
STATES = {True: "Active", False: "Inactive"}


def _named(call: Call, action: str) -> str:
    """The user that the call is about: the one named, else the caller's own. Refused unless the caller may."""
    name = call.text("UserName") or call.key.user
    call.may(f"iam:{action}", f"arn:aws:iam::{ACCOUNT}:user/{name}", spoken=f"user {name}")
    if name != call.key.user and next(_keys(call, name), None) is None:
        raise Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    return name


def _keys(call: Call, name: str) -> Iterator[AccessKey]:
    """The long-term keys of a user; of the account's owner when a root key asks for no user by name."""
    owner = call.key.root and not call.text("UserName")
    for key in call.amazon.world.keys.values():
        if key.root == owner and not key.session_token and (owner or key.user == name):
            yield key


def _one(call: Call, name: str) -> AccessKey:
    wanted = call.text("AccessKeyId")
    for key in _keys(call, name):
        if key.id == wanted:
            return key
    raise Refusal("NoSuchEntity", f"The Access Key with id {wanted} cannot be found.", 404)


def _user(call: Call, name: str) -> AccessKey:
    """The user as one of its keys knows it: the one that asks, where it is its own."""
    return call.key if call.key.user == name else next(_keys(call, name), call.key)


def get_user(call: Call) -> dict[str, Any]:
    """The user itself."""
    name = _named(call, "GetUser")
    made = min((key.created_at for key in _keys(call, name)), default=0)
    user_id = "AIDA" + _user(call, name).id[4:]
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {
        "User": {"Path": "/", "UserName": name, "UserId": user_id, "Arn": arn, "CreateDate": rfc3339(made)}
    }


def list_access_keys(call: Call) -> dict[str, Any]:
    """The keys of a user, active or not, with the day each was made. Never a secret."""
    name = _named(call, "ListAccessKeys")
    return {"AccessKeyMetadata": [_told(key) for key in _keys(call, name)], "IsTruncated": False}


def _told(key: AccessKey) -> dict[str, Any]:
    return {
        "UserName": key.user, "AccessKeyId": key.id, "Status": STATES[key.active], "CreateDate": rfc3339(key.created_at),
    }  # fmt: skip


def get_access_key_last_used(call: Call) -> dict[str, Any]:
    """When a key was last used, to the minute, and whose it is."""
    key = call.amazon.world.keys.get(call.text("AccessKeyId"))
    user = key.user if key is not None else call.key.user
    call.may("iam:GetAccessKeyLastUsed", f"arn:aws:iam::{ACCOUNT}:user/{user}", spoken=f"user {user}")
    if key is None:
        raise Refusal(
            "NoSuchEntity", f"The Access Key with id {call.text('AccessKeyId')} cannot be found.", 404
        )
    service, region = key.used_for
    when = {"LastUsedDate": rfc3339(key.used_at // MINUTE * MINUTE)} if key.used_at else {}
    return {
        "UserName": key.user,
        "AccessKeyLastUsed": {**when, "ServiceName": service, "Region": region},
    }


def update_access_key(call: Call) -> None:
    """Make a key inactive, or active again."""
    key = _one(call, _named(call, "UpdateAccessKey"))
    wanted = call.text("Status")
    if wanted not in STATES.values():
        raise Refusal(
            "ValidationError",
            f"Value '{wanted}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
        )
    key.active = wanted == "Active"


def create_access_key(call: Call) -> dict[str, Any]:
    """One more key for a user, who may have two. Its secret is told this once."""
    name = _named(call, "CreateAccessKey")
    if len(list(_keys(call, name))) >= MOST_KEYS:
        raise Refusal("LimitExceeded", f"Cannot exceed quota for AccessKeysPerUser: {MOST_KEYS}", 409)
    like = _user(call, name)
    made = beginning.new_key(
        user=name, policy=like.policy, root=like.root, attached=like.attached, groups=like.groups,
        created_at=call.amazon.now(),
    )  # fmt: skip
    call.amazon.world.keys[made.id] = made
    return {"AccessKey": {**_told(made), "SecretAccessKey": made.secret}}


def delete_access_key(call: Call) -> None:
    """A key is gone for good."""
    key = _one(call, _named(call, "DeleteAccessKey"))
    del call.amazon.world.keys[key.id]


def list_attached_user_policies(call: Call) -> dict[str, Any]:
    """Managed policies of the user's own."""
    key = _user(call, _named(call, "ListAttachedUserPolicies"))
    return {"AttachedPolicies": _policies(managed.attached(key)), "IsTruncated": False}


def _policies(names: list[str]) -> list[dict[str, str]]:
    return [{"PolicyName": name, "PolicyArn": managed.arn(name)} for name in names]


def list_user_policies(call: Call) -> dict[str, Any]:
    """The names of inline policies: none, or one."""
    key = _user(call, _named(call, "ListUserPolicies"))
    return {"PolicyNames": [] if key.policy is None else [INLINE], "IsTruncated": False}


def get_user_policy(call: Call) -> dict[str, Any]:
    """An inline policy, its document written as in a URL."""
    key = _user(call, _named(call, "GetUserPolicy"))
    if key.policy is None or call.text("PolicyName") != INLINE:
        name = call.text("PolicyName")
        raise Refusal("NoSuchEntity", f"The user policy with name {name} cannot be found.", 404)
    return {
        "UserName": key.user,
        "PolicyName": INLINE,
        "PolicyDocument": quote(json.dumps(key.policy), safe=""),
    }


def list_groups_for_user(call: Call) -> dict[str, Any]:
    """The groups a user is in."""
    key = _user(call, _named(call, "ListGroupsForUser"))
    groups = [
        {
            "Path": "/", "GroupName": name, "GroupId": "AGPA" + key.id[4:], "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}",
            "CreateDate": rfc3339(key.created_at),
        }
        for name in key.groups
    ]  # fmt: skip
    return {"Groups": groups, "IsTruncated": False}


def list_attached_group_policies(call: Call) -> dict[str, Any]:
    """Managed policies of a group."""
    name = call.text("GroupName")
    arn = f"arn:aws:iam::{ACCOUNT}:group/{name}"
    call.may("iam:ListAttachedGroupPolicies", arn, spoken=f"group {name}")
    for key in call.amazon.world.keys.values():
        if name in key.groups:
            return {"AttachedPolicies": _policies(key.groups[name]), "IsTruncated": False}
    raise Refusal("NoSuchEntity", f"The group with name {name} cannot be found.", 404)


def simulate_principal_policy(call: Call) -> dict[str, Any]:
    """What the policies of a user would decide, action by action."""
    arn = call.text("PolicySourceArn")
    call.may("iam:SimulatePrincipalPolicy", arn)
    name = arn.rpartition("/")[2]
    key = next(_keys(call, name), None)
    if key is None:
        raise Refusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    words = {"allow": "allowed", "deny": "explicitDeny", "none": "implicitDeny"}
    results = [
        {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": words[permission.verdict(key, action, "*")]}
        for action in call.items("ActionNames")
    ]  # fmt: skip
    return {"EvaluationResults": results, "IsTruncated": False}


ACTIONS = {
    "GetUser": get_user,
    "ListAccessKeys": list_access_keys,
    "GetAccessKeyLastUsed": get_access_key_last_used,
    "UpdateAccessKey": update_access_key,
    "CreateAccessKey": create_access_key,
    "DeleteAccessKey": delete_access_key,
    "ListAttachedUserPolicies": list_attached_user_policies,
    "ListUserPolicies": list_user_policies,
    "GetUserPolicy": get_user_policy,
    "ListGroupsForUser": list_groups_for_user,
    "ListAttachedGroupPolicies": list_attached_group_policies,
    "SimulatePrincipalPolicy": simulate_principal_policy,
}
