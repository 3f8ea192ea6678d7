"""The steps of a set-up, on three Amazons that know nothing of each other: ours, moto's, and ministack's.

Where an emulator truly keeps what it is told, a step made there reads back as wanted, and goes as it came. What an
emulator lacks is listed here with what it answers, so that a version which learned it is noticed.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import walking

from core.connect.policy import policy
from core.demo.beginning import new_key
from core.demo.running import running
from core.settings import PROJECT

HERE = Path(__file__).parent
TOPIC_AND_QUEUES = (
    "topic", "topic-policy", "dead-letters", "dead-letters-policy", "events", "events-policy",
    "queue-subscription",
)  # fmt: skip
Said = dict[str, dict[str, str]]


def agrees(said: dict[str, str], *steps: str) -> None:
    """These steps stand when made, and go as they came."""
    assert {step: said[step] for step in steps} == dict.fromkeys(steps, "stands")
    back = {step: said[f"back: {step}"] for step in steps}
    assert back == dict.fromkeys(steps, "as before")


@pytest.fixture(scope="module")
def moto() -> Iterator[Said]:
    pytest.importorskip("moto")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        ended = time.monotonic() + 60
        while time.monotonic() < ended:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield walking.everything(f"http://127.0.0.1:{port}", "123456789012", "AKIAIOSFODNN7EXAMPLE", "s" * 40)
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture(scope="module")
def ministack() -> Said:
    program = os.environ.get("SES_DESK_TEST_MINISTACK") or str(PROJECT / ".ministack" / "bin" / "ministack")
    if not Path(program).is_file():
        pytest.skip("ministack is not installed: make ministack")
    apart = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("ministack listens on every address; without unshare and ip it is not started")
    if subprocess.run([*apart, "true"], capture_output=True).returncode:
        pytest.skip(
            "ministack listens on every address; this machine lets us make no network namespace for it"
        )
    done = subprocess.run(
        [*apart, sys.executable, str(HERE / "in_a_namespace.py"), program],
        capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(PROJECT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    said: Said = json.loads(done.stdout.splitlines()[-1])
    return said


def test_the_demo_keeps_every_step_and_gives_all_back_but_a_subscription_nobody_confirmed() -> None:
    with running() as here:
        demo = here.demo
        said = walking.everything(
            demo.endpoint_url, "000000000000", demo.access_key_id, demo.secret_access_key
        )
        region = here.amazon.world.regions[walking.REGION]
        assert not region.topics
        assert not region.queues
        assert not region.orphans
        assert list(region.configuration_sets) == ["newsletter", "transactional"]
    for found in said.values():
        steps = [step for step in found if not step.startswith("back: ")]
        agrees(found, *(step for step in steps if step != "subscription"))
        assert (found["subscription"], found["back: subscription"]) == ("stands", "stays")


def test_moto_keeps_topic_queues_and_set_as_we_make_them(moto: Said) -> None:
    agrees(moto["configuration-set"], *TOPIC_AND_QUEUES, "subscription", "configuration-set")
    agrees(moto["identity"], *TOPIC_AND_QUEUES, "subscription")
    assert moto["identity"]["signature"] == "lacks version"  # it forgets the SignatureVersion it was told
    lacking = {step: moto["configuration-set"][step] for step in ("destination", "default-set")}
    assert lacking == {"destination": "NotAmazon", "default-set": "NotAmazon"}
    assert moto["identity"]["bounces"] == "ResponseParserError"


def test_ministack_keeps_topic_queues_set_and_destination_as_we_make_them(ministack: Said) -> None:
    agrees(ministack["configuration-set"], *TOPIC_AND_QUEUES, "signature", "configuration-set", "destination")
    agrees(ministack["identity"], *TOPIC_AND_QUEUES)
    found = {**ministack["configuration-set"], **ministack["identity"]}
    lacking = {step: found[step] for step in ("subscription", "default-set", "bounces", "forwarding")}
    assert lacking == {
        "subscription": "NotAmazon",  # it tells no ARN of one that is pending
        "default-set": "NotFoundException",
        "bounces": "InvalidAction",
        "forwarding": "InvalidAction",
    }


def test_our_own_policy_lets_a_key_walk_the_whole_set_up_and_back_on_the_demo() -> None:
    with running() as here:
        document = policy(("review", "senders", "listen", "setup"), "000000000000", walking.REGION)
        narrow = new_key(user="narrow", policy=document)
        here.amazon.world.keys[narrow.id] = narrow
        said = walking.everything(here.demo.endpoint_url, "000000000000", narrow.id, narrow.secret)
    for found in said.values():
        steps = [step for step in found if not step.startswith("back: ")]
        agrees(found, *(step for step in steps if step != "subscription"))
        assert (found["subscription"], found["back: subscription"]) == ("stands", "stays")
