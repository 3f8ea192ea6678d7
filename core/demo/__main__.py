"""`python -m core.demo --port N`: the demo Amazon alone, on loopback."""

import argparse
import signal
import sys
import time
from pathlib import Path

from core.demo.process import announce
from core.demo.running import start


def main() -> int:
    """Start, say how to reach it, serve until told to stop."""
    words = argparse.ArgumentParser(
        prog="python -m core.demo", description="A small Amazon on loopback. No real mail."
    )
    words.add_argument(
        "--port", type=int, default=0, help="HTTP port on 127.0.0.1; 0 takes a free one (default)"
    )
    words.add_argument(
        "--smtp-port", type=int, default=0, help="SMTP port on 127.0.0.1; 0 takes a free one (default)"
    )
    words.add_argument(
        "--data-dir", type=Path, default=None, help="where its world is kept; left out: nowhere"
    )
    words.add_argument(
        "--idle", type=float, default=0, help="end after so many seconds without a call; 0 never (default)"
    )
    given = words.parse_args()
    try:
        running = start(given.data_dir, given.port, smtp_port=given.smtp_port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        print(
            f"The demo Amazon cannot start on port {given.port}: {why}. Choose another port.",
            file=sys.stderr,
        )
        return 1
    demo = running.demo
    if given.data_dir is not None:
        announce(given.data_dir, demo)
    print(f"demo Amazon on {demo.endpoint_url}, SMTP on {demo.smtp_host}:{demo.smtp_port} (STARTTLS)")
    print(
        f"AWS_ACCESS_KEY_ID={demo.access_key_id}\nAWS_SECRET_ACCESS_KEY={demo.secret_access_key}", flush=True
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.amazon.ended.set())
    while not running.amazon.ended.wait(min(given.idle or 5, 5)):
        if given.idle and time.monotonic() - running.amazon.touched > given.idle:
            break
        if given.data_dir is not None and not given.data_dir.exists():
            break
    running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
