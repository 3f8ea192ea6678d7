"""The longest line of a mail, found in hops: the work grows with the bytes, never with the number of lines."""

LINE = 998  # RFC 5322 §2.1.1


def longest(raw: bytes) -> int:
    """The length of the longest line above 998 bytes, or 0 when every line is short enough."""
    most = at = 0
    while at + LINE < len(raw):
        window = raw[at : at + LINE + 1]
        last = max(window.rfind(b"\n"), window.rfind(b"\r"))
        if last >= 0:
            at += last + 1
            continue
        end = _end(raw, at + LINE + 1)
        most = max(most, end - at)
        at = end + 1
    return most


def _end(raw: bytes, at: int) -> int:
    """Where this line ends. Looked for in growing windows, so that a far \\r behind many \\n costs nothing."""
    step = 4096
    while at < len(raw):
        window = raw[at : at + step]
        ends = [found for found in (window.find(b"\n"), window.find(b"\r")) if found >= 0]
        if ends:
            return at + min(ends)
        at += len(window)
        step = min(step * 2, 1 << 20)
    return len(raw)
