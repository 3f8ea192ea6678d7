"""Every step of a set-up, made, read back and taken away on one Amazon, whichever stands behind the URL. Also a program:
`python walking.py URL ACCOUNT KEY SECRET` prints what came of each step as JSON.
"""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from core import moment
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.aws.talk import Talk, code_of
from core.connect import listen, walk
from core.connect.endpoint import recognise
from core.desk import Desk
from core.errors import SesDeskError
from core.members.actor import SignedIn
from core.settings import Settings
from core.setup import names
from core.setup.choices import WAYS, Choices
from core.setup.site import Site
from core.setup.step import Seen, Step
from core.setup.steps import steps_of
from core.store.engine import open_store
from core.store.migrate import migrate
from core.vault import Secret, open_vault

REGION, IDENTITY = "eu-west-1", "walked.example.org"
ENDPOINT = "https://127.0.0.1:9/sns/nobody-listens"
ACTOR = SignedIn(1, "alice", "admin", None, "a" * 64)
HEARD = "confirmation"  # needs somebody who listens at the callback
TROUBLE = (ClientError, BotoCoreError, ResponseParserError, SesDeskError, KeyError, ValueError)


def walked(url: str, account: str, key_id: str, secret: str, way: str) -> dict[str, str]:
    """What came of each step: `stands` when it reads back as wanted, else what is lacking, or Amazon's error code."""
    with tempfile.TemporaryDirectory() as folder:
        site = _site(Path(folder), url, account, key_id, secret, way)
        steps = [step for step in steps_of(site.choices) if step.kind != HEARD]
        before: dict[str, Seen] = {}
        said = {step.key: _made(site, step, before) for step in steps}
        for step in reversed(steps):
            if step.key in before:
                said[f"back: {step.key}"] = _put_back(site, step, before[step.key])
        site.desk.store.close()
        return said


def _site(folder: Path, url: str, account: str, key_id: str, secret: str, way: str) -> Site:
    settings = Settings(data_dir=folder, public_url="https://mail.example.com", _env_file=None)
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    migrate(store)
    desk = Desk(store, open_vault(settings, store), settings)
    credentials = Credentials("keys", Secret(key_id), Secret(secret))
    wanted = walk.Wanted(
        f"Second opinion on {way}", recognise(REGION), credentials, f"a@{IDENTITY}", account_id=account
    )
    connection = walk.save(store, desk.vault, wanted, ACTOR, moment.now())
    shown = listen.callback(store, desk.vault, settings, connection, ACTOR, moment.now())
    talk = Talk(Access(credentials, REGION, endpoint_url=url), 0.0)
    with contextlib.suppress(ClientError):  # there from the walk before
        talk.ask("sesv2", "create_email_identity", EmailIdentity=IDENTITY)
    choices = Choices(way=way, intake="both", identity=IDENTITY, keep_forwarding=False)
    return Site(
        desk, connection, choices, account, talk, names.of(connection, account, choices), shown.callback_id, ENDPOINT
    )  # fmt: skip


def _made(site: Site, step: Step, before: dict[str, Seen]) -> str:
    try:
        seen = before[step.key] = step.look(site)
        site.subjects[step.key] = step.make(site, seen, step.lacking(site, seen))
        step.settle(site)
        site.forget()
        seen = step.look(site)
        lacking = ", ".join(sorted(step.lacking(site, seen)))
    except TROUBLE as error:
        site.forget()
        return code_of(error) or type(error).__name__
    return f"lacks {lacking}" if lacking else "stands" if seen.there else "is not there"


def _put_back(site: Site, step: Step, before: Seen) -> str:
    try:
        site.forget()
        seen = step.look(site)
        if seen.there and before.there:
            step.restore(site, seen, before.values)
        elif seen.there:
            step.remove(site, seen)
        site.forget()
        seen = step.look(site)
        as_before = seen.there == before.there and dict(seen.values) == dict(before.values)
    except TROUBLE as error:
        return code_of(error) or type(error).__name__
    return "as before" if as_before else "stays" if seen.there else "gone"


def everything(url: str, account: str, key_id: str, secret: str) -> dict[str, dict[str, str]]:
    """Both ways, one after the other: step -> what came of it."""
    return {way: walked(url, account, key_id, secret, way) for way in WAYS}


if __name__ == "__main__":
    print(json.dumps(everything(*sys.argv[1:])))
