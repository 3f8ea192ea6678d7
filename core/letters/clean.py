"""The HTML of a mail made harmless by nh3, in a process of its own that ends in time: some HTML is made to grow while it is parsed.

`python -m core.letters.clean` reads one line of JSON and the HTML, and writes what is left of it.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 400_000  # characters: four times what Gmail shows
MEMORY = 1 << 30
IN_TIME = 4.0  # seconds
_PLACED = {"style", "align", "width", "height", "bgcolor", "dir", "valign"}
_STYLES = (
    "color background-color font-family font-size font-weight font-style line-height letter-spacing text-align text-decoration text-transform "
    "vertical-align width max-width min-width height border border-top border-bottom border-left border-right border-radius border-collapse "
    "border-spacing border-color border-style border-width margin margin-top margin-bottom margin-left margin-right padding padding-top "
    "padding-bottom padding-left padding-right display white-space direction"
)
STYLES = set(_STYLES.split())


def clean(html: str) -> str:
    """The HTML without anything that acts, loads or leads away. Image boxes keep their words."""
    import nh3

    tags = (nh3.ALLOWED_TAGS | {"font", "u", "tfoot"}) - {"map", "area"}
    attributes = {tag: set(nh3.ALLOWED_ATTRIBUTES.get(tag, ())) - {"href", "src", "cite"} for tag in tags}
    for tag in tags:
        attributes[tag] |= _PLACED
    attributes["table"] |= {"cellpadding", "cellspacing", "border"}
    attributes["font"] |= {"color", "size", "face"}
    attributes["a"] = {"style"}
    return nh3.clean(
        html[:MOST],
        tags=tags,
        attributes=attributes,
        url_schemes=set(),
        link_rel=None,
        filter_style_properties=STYLES,
        strip_comments=True,
    )


def cleaned(html: str, in_time: float = IN_TIME) -> str | None:
    """The same, in a process of its own; None when it did not end in time, or wanted too much memory."""
    if in_time <= 0:
        return None
    asked = json.dumps({"seconds": in_time}).encode()
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "core.letters.clean"],
            input=asked + b"\n" + html[:MOST].encode("utf-8", "replace"),
            capture_output=True,
            timeout=in_time,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else None


def main() -> None:
    """Clean what comes in."""
    seconds = int(json.loads(sys.stdin.buffer.readline(1_000))["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(clean(sys.stdin.buffer.read().decode("utf-8", "replace")).encode())


if __name__ == "__main__":
    main()
