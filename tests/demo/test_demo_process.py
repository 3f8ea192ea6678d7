"""The demo Amazon as a process: started once per data folder, found again, ended; its world outlives it."""

import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from core.demo import keeping, process
from core.demo.running import DemoAmazon
from core.settings import PROJECT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(data_dir=tmp_path)
    yield made
    process.stop(made)


def client(service: str, demo: DemoAmazon) -> Any:
    return boto3.client(
        service, region_name="eu-west-1", endpoint_url=demo.endpoint_url,
        aws_access_key_id=demo.access_key_id, aws_secret_access_key=demo.secret_access_key,
    )  # fmt: skip


def test_it_starts_once_and_its_world_survives_a_restart(settings: Settings) -> None:
    assert process.running_now(settings) is None
    first = process.ensure(settings)
    assert process.ensure(settings) == first
    assert process.running_now(settings) == first
    arn = client("sns", first).create_topic(Name="kept")["TopicArn"]
    client("sesv2", first).create_email_identity(EmailIdentity="kept.example.org")
    process.stop(settings)
    assert process.running_now(settings) is None
    again = process.ensure(settings)
    assert (again.access_key_id, again.certificate_pem, again.smtp_ca_pem) == (first.access_key_id, first.certificate_pem, first.smtp_ca_pem)  # fmt: skip
    assert client("sns", again).list_topics()["Topics"] == [{"TopicArn": arn}]
    assert (
        client("sesv2", again).get_email_identity(EmailIdentity="kept.example.org")["VerificationStatus"]
        == "PENDING"
    )


def test_many_who_want_it_at_once_get_the_same_one(settings: Settings) -> None:
    found: list[DemoAmazon] = []
    threads = [threading.Thread(target=lambda: found.append(process.ensure(settings))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({demo.endpoint_url for demo in found}) == 1


def test_one_that_runs_is_found_though_somebody_stopped_in_the_middle_of_a_start(settings: Settings) -> None:
    first = process.ensure(settings)
    with (settings.folder / process.FOLDER / "starting.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        asking = threading.Thread(target=lambda: found.append(process.ensure(settings)), daemon=True)
        found: list[DemoAmazon] = []
        asking.start()
        asking.join(20)
        assert found == [first]


def test_one_that_was_killed_is_started_again_with_what_it_knew(settings: Settings) -> None:
    first = process.ensure(settings)
    client("sns", first).create_topic(Name="kept")
    number = int((settings.folder / process.FOLDER / process.PID).read_text())
    os.kill(number, signal.SIGKILL)
    again = process.ensure(settings)
    assert again.certificate_pem == first.certificate_pem
    assert len(client("sns", again).list_topics()["Topics"]) == 1


def test_its_files_are_for_the_owner_alone(settings: Settings) -> None:
    process.ensure(settings)
    folder = settings.folder / process.FOLDER
    assert (folder / keeping.FILE).stat().st_mode & 0o077 == 0
    assert (folder / process.FILE).stat().st_mode & 0o077 == 0


def test_an_unreadable_world_is_replaced_by_a_new_one(settings: Settings) -> None:
    folder = settings.folder / process.FOLDER
    folder.mkdir(parents=True)
    (folder / keeping.FILE).write_text('{"half": ')
    assert client("sts", process.ensure(settings)).get_caller_identity()["Account"] == "000000000000"


def test_it_ends_by_itself_when_nobody_speaks_to_it(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-m", "core.demo", "--idle", "0.3", "--data-dir", str(tmp_path)], cwd=PROJECT, stdout=subprocess.DEVNULL)  # fmt: skip
    assert child.wait(20) == 0
    assert (tmp_path / keeping.FILE).exists()


def test_the_command_serves_on_loopback_and_ends_when_told_to() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "core.demo", "--port", "0"], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(3)]
    url = re.search(r"http://127\.0\.0\.1:\d+", said[0])
    assert url
    key, secret = (line.strip().partition("=")[2] for line in said[1:])
    sts = boto3.client(
        "sts",
        region_name="eu-west-1",
        endpoint_url=url[0],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )
    assert sts.get_caller_identity()["Account"] == "000000000000"
    port = url[0].rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "core.demo", "--port", port],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"The demo Amazon cannot start on port {port}")
    assert "Traceback" not in second.stderr
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
