"""SQS calls for up to ten messages at once: each entry fares on its own."""

from collections.abc import Callable
from typing import Any

from core.demo.call import Call
from core.demo.refusal import Refusal


def each(call: Call, do: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """A batch: every entry on its own, at most ten of them."""
    entries = call.items("Entries")
    if not entries:
        raise Refusal("EmptyBatchRequest", "There should be at least one entry in the request.")
    if len(entries) > 10:
        raise Refusal("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
    if len({str(entry.get("Id")) for entry in entries}) < len(entries):
        raise Refusal(
            "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."
        )
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            do(entry)
            done.append({"Id": entry["Id"]})
        except Refusal as refusal:
            failed.append(
                {"Id": entry["Id"], "SenderFault": True, "Code": refusal.code, "Message": refusal.message}
            )
    return {"Successful": done, "Failed": failed}
