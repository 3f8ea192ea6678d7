"""The receiver under the role that docs/postgresql.md describes: the very statements, the very process, and nothing beyond."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from receiving import Answer, Line
from receiving import Desk as Office
from sns_signer import ACCOUNT, REGION, Signer, ses_event
from sqlmodel import SQLModel

from core import moment
from core.links import LinkKeys
from core.links.token import Link, place_of
from core.settings import Settings
from core.store import api_tokens, callbacks, connections, findings, meta, suppressions
from core.store import store as open_settled_store
from core.store.engine import Store
from core.store.tables import Connection

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parent.parent.parent
ROLE = "ses_desk_receiver"
PAGE = (ROOT / "docs" / "postgresql.md").read_text()
STATEMENTS = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)
NOTHING = {
    "members", "sessions", "tickets", "sign_in_attempts", "credentials", "audit", "drafts", "sent_tests", "leases", "set_ups",
    "set_up_steps", "queues", "poison", "drills", "amazon_counts", "amazon_suppressed", "doctor_runs", "rotations",
}  # fmt: skip
READ_ONLY = {"connections", "callbacks", "api_tokens", "list_settings", "retentions", "rollup_spans"}


def grant(owner: Store) -> None:
    assert STATEMENTS is not None
    with owner.engine.begin() as conn:
        conn.exec_driver_sql(STATEMENTS[1].replace("%", "%%"))


@pytest.fixture
def owner(pg_url: str, pg_server: sa.URL, tmp_path: Path) -> Iterator[Store]:
    """The store as its owner sees it, with the role made and its rights given."""
    store = open_settled_store(Settings(data_dir=tmp_path / "data", database_url=pg_url))
    made = re.search(r"`(CREATE ROLE [^`]*)PASSWORD", PAGE)
    assert made is not None
    with store.engine.begin() as conn:
        if not conn.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
            conn.exec_driver_sql(made[1])
    grant(store)
    grant(store)  # again: nothing breaks
    yield store
    store.close()
    admin = sa.create_engine(sa.make_url(pg_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP OWNED BY {ROLE}")
        conn.exec_driver_sql(f"DROP ROLE {ROLE}")
    admin.dispose()


@pytest.fixture
def as_role(pg_url: str, owner: Store) -> Iterator[sa.Engine]:
    engine = sa.create_engine(sa.make_url(pg_url).set(username=ROLE))
    yield engine
    engine.dispose()


@pytest.fixture
def office(owner: Store, pg_url: str, tmp_path: Path) -> Iterator[Office]:
    """`python -m core.receiver` as that role, spoken to over HTTP. What it kept is read as the owner."""
    signer = Signer()
    signer.save(tmp_path / "certificates")
    url = sa.make_url(pg_url).set(username=ROLE).render_as_string(hide_password=False)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}
    mine = {
        "SES_DESK_DATA_DIR": str(tmp_path / "data"), "SES_DESK_CERTIFICATE_DIR": str(tmp_path / "certificates"),
        "SES_DESK_DATABASE_URL": url, "SES_DESK_PUBLIC_URL": "https://mail.example.com",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "core.receiver", "--port", "0"],
        cwd=ROOT, env={**kept, **mine}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    words = process.stdout.readline()
    assert "http://" in words, process.communicate()
    yield Office(owner, None, int(words.rsplit(":", 1)[1]), signer)  # type: ignore[arg-type]
    process.terminate()
    process.communicate(timeout=20)


def call(office: Office, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    """Ask once the server listens."""
    for _ in range(100):
        try:
            return office.call(method, path, body, headers)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the receiver never listened")


def line(owner: Store, open: bool = False) -> Line:
    now, token = moment.now(), uuid4().hex
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{token[:6]}"
    with owner.write() as conn:
        made = connections.add(
            conn, Connection(name=token[:6], region=REGION, created_at=now, updated_at=now)
        )
        callback_id = callbacks.add(conn, made.id or 0, token, open, None, now)
        if not open:
            callbacks.pin(conn, callback_id, arn, now)
    return Line(made.id or 0, callback_id, token, arn, made.name)


def test_the_receiver_does_all_its_work_under_its_role(office: Office, owner: Store, tmp_path: Path) -> None:
    mine = line(owner)
    assert call(office, "GET", "/readyz").status == 200
    bounce = office.signer.notification(mine.arn, ses_event("Bounce", "gone@example.org"))
    assert office.post(mine, bounce).json == {"status": "stored"}
    assert office.post(mine, bounce).json == {"status": "duplicate"}
    assert suppressions.reasons(owner, mine.connection_id, "gone@example.org")
    waits = line(owner, open=True)
    assert office.post(waits, office.signer.confirmation(waits.arn)).json == {"status": "waiting"}
    assert [topic.state for topic in callbacks.topics(owner, waits.connection_id)] == ["waiting"]
    left = office.signer.confirmation(mine.arn, kind="UnsubscribeConfirmation")
    assert office.post(mine, left).json == {"status": "noted"}
    assert {row.reference for row in findings.standing(owner, [mine.connection_id])} == {
        "unsubscribed-by-amazon"
    }
    topic = callbacks.topics(owner, mine.connection_id)[0]
    assert topic.last_event_at is not None and topic.signature_version is not None
    with owner.write() as conn:
        api_tokens.add(conn, "reader", "reader-token", None, 1)
    asked = call(office, "GET", "/api/v1/events", Authorization="Bearer reader-token")
    assert [event["recipient"] for event in asked.json["events"]] == ["gone@example.org"]
    link = f"/api/v1/unsubscribe-link?connection={mine.name}&address=jo@example.org"
    for path in (link, "/api/v1/rates", "/api/v1/suppressions/gone@example.org", "/api/v1/suppressions"):
        assert call(office, "GET", path, Authorization="Bearer reader-token").status == 200, path
    assert b"ses_desk_store_up 1.0" in call(office, "GET", "/metrics").body


def test_people_leave_and_come_back_under_its_role(office: Office, owner: Store, tmp_path: Path) -> None:
    mine = line(owner)
    connection = connections.by_id(owner, mine.connection_id)
    assert connection is not None
    ring = LinkKeys(owner, Settings(data_dir=tmp_path / "data")).for_making()
    path = "/unsubscribe/" + ring.make(Link(place_of(connection.uuid), "jo@example.org"))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert call(office, "POST", path, b"List-Unsubscribe=One-Click", **form).status == 200
    assert list(suppressions.reasons(owner, mine.connection_id, "jo@example.org")) == ["unsubscribe"]
    assert call(office, "POST", path, b"action=rejoin", **form).status == 200
    assert not suppressions.reasons(owner, mine.connection_id, "jo@example.org")


def refused(engine: sa.Engine, statement: str) -> bool:
    try:
        with engine.connect() as conn:
            conn.exec_driver_sql(statement)
    except sa.exc.ProgrammingError as error:
        assert re.search("permission denied|must be owner|row-level security", str(error)), error
        return True
    return False


def test_every_other_table_is_closed_to_it(owner: Store, as_role: sa.Engine) -> None:
    every = {str(each.name) for each in SQLModel.metadata.sorted_tables}
    assert every > NOTHING | READ_ONLY
    for name in sorted(NOTHING):
        for statement in (
            f"SELECT * FROM {name}",
            f"DELETE FROM {name}",
            f"INSERT INTO {name} DEFAULT VALUES",
        ):
            assert refused(as_role, statement), statement
    for name in sorted(READ_ONLY):
        assert not refused(as_role, f"SELECT * FROM {name}")
        assert refused(as_role, f"INSERT INTO {name} DEFAULT VALUES"), name
    for name in sorted(every):
        assert refused(as_role, f"DELETE FROM {name}"), name
        assert refused(as_role, f"TRUNCATE {name}"), name
        assert refused(as_role, f"DROP TABLE {name}"), name
    for statement in (
        "UPDATE connections SET disabled = true", "UPDATE callbacks SET token_hash = 'x'", "UPDATE notifications SET message = ''",
        "UPDATE topics SET certificate_pem = 'x'", "UPDATE topics SET arn = 'x'", "UPDATE api_tokens SET revoked_at = NULL",
        "UPDATE members SET role = 'admin'", "UPDATE audit SET actor = 'x'", "UPDATE sessions SET member_id = 1", "UPDATE credentials SET kind = 'x'",
        "UPDATE alembic_version SET version_num = '9'", "CREATE TABLE mine (a int)",
    ):  # fmt: skip
        assert refused(as_role, statement), statement


def test_no_table_is_forgotten(owner: Store) -> None:
    """A table of a later release is in one of these lists, or granted on the page by name."""
    assert STATEMENTS is not None
    for name in {str(each.name) for each in SQLModel.metadata.sorted_tables} - NOTHING - READ_ONLY:
        assert re.search(rf"\b{name}\b", STATEMENTS[1]), name


def test_it_cannot_make_a_topic_one_that_is_believed(owner: Store, as_role: sa.Engine) -> None:
    mine = line(owner, open=True)
    insert = (
        "INSERT INTO topics (connection_id, callback_id, arn, state, demo, created_at, certificate_pem) "
        f"VALUES ({mine.connection_id}, {mine.callback_id}, '{{}}', '{{}}', {{}}, 1, {{}})"
    )
    for number, (state, demo, pem) in enumerate(
        (("pinned", "false", "NULL"), ("waiting", "true", "NULL"), ("waiting", "false", "'x'"))
    ):
        assert refused(as_role, insert.format(f"arn:{number}", state, demo, pem)), (state, demo, pem)
    with as_role.connect() as conn:
        conn.exec_driver_sql(insert.format("arn:good", "waiting", "false", "NULL"))
        conn.commit()
    assert refused(as_role, "UPDATE topics SET state = 'pinned'")
    with as_role.connect() as conn:
        conn.exec_driver_sql("UPDATE topics SET state = 'unsubscribed'")
        conn.commit()
    assert refused(as_role, "UPDATE topics SET state = 'pinned'")


def test_of_the_small_facts_it_sees_only_its_own(owner: Store, as_role: sa.Engine) -> None:
    for name in ("setup-code", "vault-canary", "hello-key", "link-keys"):
        meta.put(owner, name, json.dumps("x"))
    with as_role.connect() as conn:
        seen = set(conn.exec_driver_sql("SELECT name FROM meta").scalars())
        assert seen == {"hello-key", "link-keys"}
        conn.exec_driver_sql("UPDATE meta SET value = 'other'")
        conn.commit()
    assert [meta.get(owner, name) for name in ("setup-code", "vault-canary", "hello-key")] == ['"x"'] * 3
    assert refused(as_role, "INSERT INTO meta (name, value) VALUES ('setup-code-2', 'x')")
