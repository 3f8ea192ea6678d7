"""`python in_a_namespace.py MINISTACK`: ministack, and the walk against it, in a network namespace with nothing but loopback.

ministack listens on every address of the machine, whatever it is told; in here that reaches nobody. Prints the walk's JSON.
"""

import os
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PORT = 4566
PATIENCE = 60


def answers() -> bool:
    """Whether it is up."""
    try:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=2)
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False


def main(ministack: str) -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as home:
        child = subprocess.Popen(
            [ministack], env={**os.environ, "HOME": home, "GATEWAY_PORT": str(PORT)}, cwd=home,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            ended = time.monotonic() + PATIENCE
            while not answers() and time.monotonic() < ended and child.poll() is None:
                time.sleep(0.2)
            walk = Path(__file__).with_name("walking.py")
            url = f"http://127.0.0.1:{PORT}"
            return subprocess.run([sys.executable, str(walk), url, "000000000000", "test", "test"]).returncode
        finally:
            child.terminate()
            child.wait(10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
