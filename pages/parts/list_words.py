"""What the reasons on the suppression list are called on every screen."""

REASONS = {
    "bounce": "Bounced",
    "complaint": "Complained",
    "unsubscribe": "Unsubscribed",
    "manual": "Added by hand",
    "import": "Imported",
    "drill": "Fire drill",
}
DONE = "lists-done"
UNDO = "lists-undo"


def many(number: int) -> str:
    """`1 address`, `2,340 addresses`."""
    return f"{number:,} address{'' if number == 1 else 'es'}"
