"""STS: who am I. No permission is needed for it."""

from typing import Any

from core.demo.call import Call
from core.demo.world import ACCOUNT

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def get_caller_identity(call: Call) -> dict[str, Any]:
    """The user behind the key."""
    user_id = ACCOUNT if call.key.root else "AIDA" + call.key.id[4:]
    return {"UserId": user_id, "Account": ACCOUNT, "Arn": call.key.arn}


ACTIONS = {"GetCallerIdentity": get_caller_identity}
