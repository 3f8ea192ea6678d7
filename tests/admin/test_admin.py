"""The command line does what its page says: outcomes, JSON, exit codes, and no call to Amazon but by the doctor."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.admin import run, stdin
from core.members import passwords, people
from core.members.actor import Cli
from core.settings import settings
from core.store import api_tokens, audit, callbacks, connections
from core.store import store as open_settled_store
from core.store.engine import Store

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = 1_790_000_000_000
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = "AKIAIOSFODNN7EXAMPLE"
ARN = "arn:aws:sns:eu-west-1:111122223333:ses-events"


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err + self.out
        return json.loads(self.out)


Admin = Callable[..., Said]


@pytest.fixture
def admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Admin:
    """Runs one command against an installation of its own, as the shell would."""
    for name in ("SES_DESK_DATABASE_URL", "SES_DESK_VAULT_KEYS", "SES_DESK_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("select.select", lambda read, *_: (read, [], []))  # StringIO is no file descriptor

    def call(*words: str, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        settings.cache_clear()
        try:
            code = run.main(list(words))
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    yield call  # type: ignore[misc]
    settings.cache_clear()


@pytest.fixture
def opened(admin: Admin) -> Store:
    settings.cache_clear()
    return open_settled_store(settings())


@pytest.fixture
def acme(admin: Admin) -> Admin:
    words = ("add-connection", "acme", "--region", "eu-west-1", "--from", "news@example.org")
    assert admin(*words, "--access-key-id", KEY, "--json", stdin=SECRET + "\n").json == {"connection": "acme"}
    return admin


@pytest.mark.parametrize(
    "words",
    [
        (), ("nonsense",), ("add-member",), ("add-member", "ada"), ("add-member", "ada", "--role", "owner"),
        ("add-connection", "a"), ("add-connection", "a", "--region", "eu-west-1"), ("add-topic",), ("api-token",),
        ("add-topic", "--connection", "a", "--token", "t"), ("api-token", "t", "--revoke", "--connection", "a"),
        ("verify-audit", "extra"), ("doctor", "--offlin"), ("backup",), ("move",),
    ],
)  # fmt: skip
def test_wrong_words_end_with_2_and_a_hint(admin: Admin, words: tuple[str, ...]) -> None:
    said = admin(*words)
    assert said.code == 2 and "usage:" in said.err and not said.out


def test_a_member_gets_the_piped_password_or_a_one_time_one(admin: Admin, opened: Store) -> None:
    assert admin("add-member", "Ada", "--role", "admin", "--json", stdin="three quiet herons\n").json == {
        "member": "ada", "role": "admin", "password": None,
    }  # fmt: skip
    assert passwords.check(opened, "ada", "three quiet herons", "", NOW).ok
    one_time = admin("--json", "add-member", "bob", "--role", "viewer").json["password"]
    assert passwords.check(opened, "bob", one_time, "", NOW).must_change


def test_a_member_may_be_bound_to_connections_by_name(acme: Admin, opened: Store) -> None:
    acme("add-member", "ada", "--role", "admin")
    acme("add-member", "bob", "--role", "viewer", "--connection", "acme")
    mine = connections.by_name(opened, "acme")
    assert mine is not None and people.by_name(opened, Cli(), "bob").connections == frozenset({mine.id})
    assert acme("add-member", "eve", "--role", "viewer", "--connection", "nope").code == 1


def test_a_password_is_reset_and_a_short_one_refused(admin: Admin, opened: Store) -> None:
    admin("add-member", "ada", "--role", "admin", stdin="three quiet herons")
    said = admin("reset-password", "ada", stdin="short")
    assert said.code == 1 and "at least 12" in said.err
    admin("reset-password", "ADA", stdin="seven loud magpies\r\n")
    assert passwords.check(opened, "ada", "seven loud magpies", "", NOW).ok
    one_time = admin("reset-password", "ada", "--json").json["password"]
    assert passwords.check(opened, "ada", one_time, "", NOW).must_change
    assert admin("reset-password", "nobody").code == 1


def test_a_refusal_as_json_is_an_error_object(admin: Admin) -> None:
    said = admin("reset-password", "nobody", "--json")
    assert said.code == 1 and not said.err
    assert json.loads(said.out) == {
        "error": {"code": "not-found", "message": "There is no member named nobody.", "field": None}
    }


def test_a_connection_is_saved_with_its_secret_sealed(acme: Admin, opened: Store, tmp_path: Path) -> None:
    mine = connections.by_name(opened, "acme")
    assert mine is not None and (mine.region, mine.from_address) == ("eu-west-1", "news@example.org")
    opened.close()
    for file in (tmp_path / "data").iterdir():
        assert SECRET.encode() not in file.read_bytes() and KEY.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("changes", "typed", "says"),
    [
        ({}, "", "nothing came"),
        ({}, "too-short", "40 characters"),
        ({"--region": "mars-1"}, SECRET, ""),
        ({"--from": "no address"}, SECRET, ""),
        ({"--access-key-id": "bob"}, SECRET, "AKIA"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_with_words(
    admin: Admin, opened: Store, changes: dict[str, str], typed: str, says: str
) -> None:
    words = {"--region": "eu-west-1", "--from": "news@example.org", "--access-key-id": KEY} | changes
    said = admin("add-connection", "acme", *(word for pair in words.items() for word in pair), stdin=typed)
    assert said.code == 1 and says in said.err and "Traceback" not in said.err
    assert not typed or typed not in said.err
    assert connections.all(opened) == []


def test_a_connection_name_is_taken_once(acme: Admin) -> None:
    said = acme("add-connection", "acme", "--region", "eu-west-1", "--from", "news@example.org")
    assert said.code == 1 and "name" in said.err


def test_without_a_key_id_the_machines_own_role_is_used(admin: Admin) -> None:
    said = admin("add-connection", "role", "--region", "eu-west-1", "--from", "news@example.org", "--json")
    assert said.json == {"connection": "role"}


def test_a_topic_with_an_arn_makes_a_closed_token_and_without_one_an_open_token(
    acme: Admin, opened: Store
) -> None:
    closed = acme("add-topic", "--connection", "acme", "--arn", ARN, "--json").json
    assert (
        closed["arn"] == ARN
        and closed["callback_path"] == f"/sns/{closed['token']}"
        and closed["callback_url"] is None
    )
    found = callbacks.find(opened, closed["token"])
    assert found is not None and not found.open and found.topic(ARN) is not None
    waiting = acme("add-topic", "--connection", "acme", "--json").json
    found = callbacks.find(opened, waiting["token"])
    assert waiting["arn"] is None and found is not None and found.open and not found.topics


def test_each_call_makes_a_new_token_and_token_pins_one_more_topic(acme: Admin, opened: Store) -> None:
    one = acme("add-topic", "--connection", "acme", "--arn", ARN, "--json").json
    two = acme("add-topic", "--connection", "acme", "--arn", ARN, "--json").json
    assert one["token"] != two["token"]
    more = acme(
        "add-topic", "--connection", "acme", "--arn", ARN + "-2", "--token", one["token"], "--json"
    ).json
    assert more["token"] == one["token"]
    again = acme(
        "add-topic", "--connection", "acme", "--arn", ARN + "-2", "--token", one["token"], "--json"
    ).json
    found = callbacks.find(opened, again["token"])
    assert found is not None and sorted(t.arn for t in found.topics) == [ARN, ARN + "-2"]
    assert all(t.state == "pinned" for t in found.topics)


@pytest.mark.parametrize(
    "arn",
    [
        ARN.replace("eu-west-1", "us-east-1"), ARN.replace("arn:aws:", "arn:aws-cn:"), ARN.replace("sns", "sqs"), "nonsense",
        ARN + ":9c2a", ARN.replace("111122223333", "1111"), ARN + "\nx", ARN + "*", "", ARN.upper(),
    ],
)  # fmt: skip
def test_a_topic_that_is_none_or_of_another_region_is_refused(acme: Admin, opened: Store, arn: str) -> None:
    said = acme("add-topic", "--connection", "acme", "--arn", arn, "--json")
    assert said.code == 1 and json.loads(said.out)["error"]["field"] == "arn"
    mine = connections.by_name(opened, "acme")
    assert mine is not None and callbacks.of_connection(opened, mine.id or 0) == []


def test_another_connections_token_is_not_found(acme: Admin) -> None:
    acme("add-connection", "other", "--region", "eu-west-1", "--from", "news@example.org")
    token = acme("add-topic", "--connection", "other", "--json").json["token"]
    for wrong in (token, "made-up"):
        assert acme("add-topic", "--connection", "acme", "--arn", ARN, "--token", wrong).code == 1


def test_the_callback_url_stands_behind_the_public_url(acme: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SES_DESK_PUBLIC_URL", "https://mail.example.com/")
    made = acme("add-topic", "--connection", "acme", "--json").json
    assert made["callback_url"] == f"https://mail.example.com/sns/{made['token']}"


def test_with_a_lost_vault_key_topics_can_still_be_added_but_no_keys(acme: Admin, tmp_path: Path) -> None:
    (tmp_path / "data" / "vault.keys").unlink()
    assert acme("add-topic", "--connection", "acme", "--json").json["token"]
    words = (
        "add-connection",
        "b",
        "--region",
        "eu-west-1",
        "--from",
        "news@example.org",
        "--access-key-id",
        KEY,
    )
    said = acme(*words, stdin=SECRET)
    assert said.code == 1 and "vault is locked" in said.err


def test_an_api_token_is_made_bound_and_revoked(acme: Admin, opened: Store) -> None:
    token = acme("api-token", "ci", "--connection", "acme", "--json").json["token"]
    found, mine = api_tokens.find(opened, token), connections.by_name(opened, "acme")
    assert found is not None and mine is not None and found.connection_id == mine.id
    assert acme("api-token", "ci").code == 1
    assert acme("api-token", "ci", "--revoke", "--json").json == {"revoked": "ci"}
    assert api_tokens.find(opened, token) is None
    assert acme("api-token", "ci", "--revoke").code == 1
    assert acme("api-token", "all", "--connection", "nope").code == 1
    assert acme("api-token", "").code == 1


def test_what_is_done_here_is_in_the_audit_trail_and_holds_no_token(acme: Admin, opened: Store) -> None:
    token = acme("add-topic", "--connection", "acme", "--arn", ARN, "--json").json["token"]
    api = acme("api-token", "ci", "--json").json["token"]
    entries = audit.recent(opened, 20)
    assert {"callback-added", "topic-pinned", "api-token-added"} <= {entry.action for entry in entries}
    assert token not in repr(entries) and api not in repr(entries) and SECRET not in repr(entries)


def test_a_changed_audit_entry_is_found(acme: Admin, opened: Store) -> None:
    acme("api-token", "ci")
    assert acme("verify-audit", "--json").json["whole"] is True
    with opened.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE audit SET actor = 'somebody else' WHERE id = 1")
    said = acme("verify-audit", "--json")
    assert said.code == 1 and json.loads(said.out) == {"whole": False, "entries": 0, "broken_at": 1}
    assert "entry 1" in acme("verify-audit").out


def test_the_doctor_says_what_is_missing_and_fails_only_for_what_is_broken(
    acme: Admin, tmp_path: Path
) -> None:
    said = acme("doctor", "--offline", "--json").json
    assert said["ok"] is True
    assert {line["label"]: line["state"] for line in said["checks"]} == {
        "Store": "ok", "Disk": "ok", "Vault": "ok", "Audit trail": "ok", "Members": "warn", "Public URL": "warn", "Topics": "warn",
        "Link keys": "ok", "Certificates": "ok", "Worker": "warn", "Database file": "ok",
    }  # fmt: skip
    (tmp_path / "data" / "vault.keys").unlink()
    said = acme("doctor", "--offline")
    assert said.code == 1 and "✗ this machine · Vault" in said.out


def test_a_store_that_cannot_be_opened_is_one_sentence(admin: Admin, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ses-desk.db").write_bytes(b"this is no database, not at all" * 50)
    said = admin("verify-audit")
    assert said.code == 1 and said.err.count("\n") == 1 and "damaged" in said.err


def test_nothing_is_read_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

        def read(self, size: int | None = -1, /) -> str:
            raise AssertionError("a terminal was read")

    monkeypatch.setattr("sys.stdin", Terminal())
    assert stdin.offered() is None


def test_as_a_real_process_it_ends_as_promised_and_loads_no_boto3(tmp_path: Path) -> None:
    environment = {
        "SES_DESK_DATA_DIR": str(tmp_path / "data"),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
    }
    program = (
        "import sys; from core.admin.run import main; code = main(sys.argv[1:]); "
        "assert not {'boto3', 'botocore'} & set(sys.modules), 'boto3 was loaded'; sys.exit(code)"
    )

    def call(*words: str, piped: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *words],
            env=environment,
            input=piped,
            capture_output=True,
            text=True,
            timeout=60,
        )

    words = (
        "add-connection",
        "acme",
        "--region",
        "eu-west-1",
        "--from",
        "news@example.org",
        "--access-key-id",
        KEY,
    )
    made = call(*words, "--json", piped=SECRET + "\n")
    assert (made.returncode, made.stdout, made.stderr) == (0, '{"connection": "acme"}\n', "")
    assert call("add-topic", "--connection", "acme").returncode == 0
    missing = subprocess.run(
        [sys.executable, "-m", "core.admin", "add-member"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert missing.returncode == 2 and "Traceback" not in missing.stderr
