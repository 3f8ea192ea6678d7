"""Make sure there is a Chromium for the browser tests: by apt where this runs as root on Debian, else one sentence."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "google-chrome", "chromium-browser")


def main() -> int:
    if any(shutil.which(name) for name in NAMES):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests (once)…", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, **quiet)
        if any(shutil.which(name) for name in NAMES):
            return 0
    print(
        "The browser tests need Chromium, and there is none: install the package `chromium` and run this again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
