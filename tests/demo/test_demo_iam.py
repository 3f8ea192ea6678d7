"""IAM as boto3 speaks it: a key's own user, its keys and policies; what is inactive is refused everywhere."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.demo.world import AccessKey

CARE = {
    "Statement": [
        {"Effect": "Allow", "Action": ["ses:*", "iam:*AccessKey*"], "Resource": ["arn:aws:iam::*:user/${aws:username}", "arn:aws:ses:*"]},
        {"Effect": "Allow", "Action": "ses:GetAccount", "Resource": "*"},
    ]
}  # fmt: skip


def code_of(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return str(caught.value.response["Error"]["Code"])


def user_of(wire: Any, name: str, **wish: Any) -> AccessKey:
    """A user of the test's own, with one key."""
    made = wire.press("POST", "keys", {"user": name, **wish})
    key: AccessKey = wire.running.amazon.world.keys[made["id"]]
    return key


def test_a_user_has_two_keys_at_most_and_never_tells_a_secret_again(wire: Any) -> None:
    first = user_of(wire, "two-keys", policy=CARE)
    iam = wire.client("iam", key=first)
    made = iam.create_access_key()["AccessKey"]
    assert (
        made["UserName"] == "two-keys" and made["Status"] == "Active" and len(made["SecretAccessKey"]) == 40
    )
    listed = iam.list_access_keys()["AccessKeyMetadata"]
    assert {one["AccessKeyId"] for one in listed} == {first.id, made["AccessKeyId"]}
    assert all("SecretAccessKey" not in one and one["CreateDate"].year > 2000 for one in listed)
    assert code_of(iam.create_access_key) == "LimitExceeded"
    iam.delete_access_key(AccessKeyId=made["AccessKeyId"])
    assert len(iam.list_access_keys(UserName="two-keys")["AccessKeyMetadata"]) == 1


def test_an_inactive_key_is_refused_by_every_service_until_it_is_active_again(wire: Any) -> None:
    first = user_of(wire, "off-and-on", policy=CARE)
    second = AccessKey(*_made(wire, first))
    mine = wire.client("iam", key=second)
    mine.update_access_key(UserName="off-and-on", AccessKeyId=first.id, Status="Inactive")
    states = {one["AccessKeyId"]: one["Status"] for one in mine.list_access_keys()["AccessKeyMetadata"]}
    assert states[first.id] == "Inactive" and states[second.id] == "Active"
    assert code_of(wire.client("sts", key=first).get_caller_identity) == "InvalidClientTokenId"
    assert code_of(wire.client("iam", key=first).list_access_keys) == "InvalidClientTokenId"
    assert code_of(wire.client("sesv2", key=first).get_account) == "UnrecognizedClientException"
    mine.update_access_key(AccessKeyId=first.id, Status="Active")
    assert wire.client("sesv2", key=first).get_account()["SendingEnabled"]
    assert code_of(mine.update_access_key, AccessKeyId=first.id, Status="Asleep") == "ValidationError"
    assert code_of(mine.update_access_key, AccessKeyId="AKIA" + "A" * 16, Status="Inactive") == "NoSuchEntity"


def _made(wire: Any, key: AccessKey) -> tuple[str, str]:
    said = wire.client("iam", key=key).create_access_key()["AccessKey"]
    return said["AccessKeyId"], said["SecretAccessKey"]


def test_last_use_names_the_service_and_the_region(wire: Any) -> None:
    asking = user_of(wire, "last-use", policy=CARE)
    idle = AccessKey(*_made(wire, asking))
    iam = wire.client("iam", key=asking)
    never = iam.get_access_key_last_used(AccessKeyId=idle.id)
    assert never["UserName"] == "last-use" and "LastUsedDate" not in never["AccessKeyLastUsed"]
    wire.client("sesv2", "eu-central-1", key=idle).get_account()
    used = iam.get_access_key_last_used(AccessKeyId=idle.id)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("ses", "eu-central-1") and used[
        "LastUsedDate"
    ].second == 0


def test_a_policy_reaches_the_users_own_keys_alone(wire: Any) -> None:
    mine, other = user_of(wire, "mine", policy=CARE), user_of(wire, "somebody", policy=CARE)
    iam = wire.client("iam", key=mine)
    with pytest.raises(ClientError) as caught:
        iam.update_access_key(UserName="somebody", AccessKeyId=other.id, Status="Inactive")
    said = caught.value.response["Error"]
    assert (
        said["Code"] == "AccessDenied"
        and "iam:UpdateAccessKey on resource: user somebody because no" in said["Message"]
    )
    assert other.active
    none = user_of(wire, "none", policy={"Statement": []})
    assert code_of(wire.client("iam", key=none).list_access_keys) == "AccessDenied"


def test_an_administrator_shows_in_every_list_that_a_person_can_attach_to(wire: Any) -> None:
    key = user_of(wire, "boss", attached=["AmazonSESFullAccess"], groups={"admins": ["AdministratorAccess"]})
    iam = wire.client("iam", key=key)
    [policy] = iam.list_attached_user_policies(UserName="boss")["AttachedPolicies"]
    assert policy == {
        "PolicyName": "AmazonSESFullAccess",
        "PolicyArn": "arn:aws:iam::aws:policy/AmazonSESFullAccess",
    }
    [group] = iam.list_groups_for_user(UserName="boss")["Groups"]
    [held] = iam.list_attached_group_policies(GroupName=group["GroupName"])["AttachedPolicies"]
    assert held["PolicyName"] == "AdministratorAccess"
    wire.press("POST", "attach", {"key": key.id, "group": "admins", "policies": []})
    assert code_of(iam.list_groups_for_user, UserName="boss") == "AccessDenied"
    assert wire.client("sesv2", key=key).get_account()["SendingEnabled"]
    assert wire.press("POST", "attach", {"key": key.id, "policies": ["NoSuchPolicy"]}) == 400


def test_an_inline_policy_is_read_and_what_it_decides_is_simulated(wire: Any) -> None:
    document = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:Get*", "iam:List*", "iam:Simulate*", "ses:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "ses:DeleteEmailIdentity", "Resource": "*"},
    ]}  # fmt: skip
    key = user_of(wire, "inline", policy=document)
    iam = wire.client("iam", key=key)
    [name] = iam.list_user_policies(UserName="inline")["PolicyNames"]
    assert iam.get_user_policy(UserName="inline", PolicyName=name)["PolicyDocument"] == document
    assert iam.get_user(UserName="inline")["User"]["Arn"] == key.arn == iam.get_user()["User"]["Arn"]
    actions = ["ses:SendEmail", "ses:DeleteEmailIdentity", "iam:CreateUser"]
    said = iam.simulate_principal_policy(PolicySourceArn=key.arn, ActionNames=actions)["EvaluationResults"]
    assert [one["EvalDecision"] for one in said] == ["allowed", "explicitDeny", "implicitDeny"]


def test_power_over_all_but_iam_may_not_look_at_iam(wire: Any) -> None:
    key = user_of(wire, "power", attached=["PowerUserAccess"])
    assert wire.client("sns", key=key).list_topics()["Topics"] is not None
    assert code_of(wire.client("iam", key=key).list_access_keys) == "AccessDenied"


def test_a_refusal_on_request_is_worded_for_iam(wire: Any) -> None:
    wire.press("POST", "faults", {"name": "denied", "service": "iam", "action": "ListAccessKeys"})
    assert code_of(wire.client("iam").list_access_keys) == "AccessDenied"
    assert wire.client("iam").list_access_keys()["AccessKeyMetadata"]
