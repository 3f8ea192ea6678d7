"""SES Desk with another resolver than this machine's: the name server of a test, whose port is in NAMES_PORT."""

import os
import runpy
import sys

sys.path.insert(0, os.getcwd())

from core.dns import way

way.SYSTEM = way.Way(("127.0.0.1",), int(os.environ["NAMES_PORT"]), inside=True)
runpy.run_module("core.serve", run_name="__main__")
