"""The shape of the code, kept true: who may import whom, and the one door of each outside library."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

DOORS = {
    "boto3": ("core/aws/",),
    "botocore": ("core/aws/",),
    "smtplib": ("core/smtp.py",),
    "sqlalchemy": ("core/store/",),
    "sqlmodel": ("core/store/",),
    "alembic": ("core/store/",),
    "sqlite3": ("core/store/",),
    "pysqlite3": ("core/store/",),
    "psycopg": ("core/store/",),
    "dns": ("core/dns/",),
    "dkim": ("core/letters/",),
    "nh3": ("core/letters/",),
    "plotly": ("core/charts/",),
    "streamlit": ("app.py", "pages/"),
    "streamlit_authenticator": ("pages/gate.py",),
    "extra_streamlit_components": (),
    "uvicorn": ("core/receiver/", "core/demo/"),
    "argon2": ("core/members/",),
}

# What each part of core may not import, with the reason the design gives.
FORBIDDEN = {
    "core/events/": (
        "core.store",
        "core.receiver",
        "core.aws",
        "core.vault",
        "core.members",
        "core.charts",
        "core.metrics",
    ),
    "core/metrics/": ("core.store", "core.receiver", "core.aws", "core.vault", "core.members", "core.charts"),
    "core/diagnosis/": (
        "core.store",
        "core.receiver",
        "core.aws",
        "core.vault",
        "core.members",
        "core.charts",
    ),
    "core/charts/": ("core.store", "core.receiver", "core.aws", "core.vault", "core.members"),
    "core/store/": (
        "core.receiver",
        "core.aws",
        "core.vault",
        "core.members",
        "core.charts",
        "core.demo",
        "core.worker",
        "core.connect",
    ),
    "core/receiver/": (
        "core.aws",
        "core.vault",
        "core.members",
        "core.charts",
        "core.demo",
        "core.worker",
        "core.connect",
        "boto3",
        "botocore",
    ),
    "core/vault/": ("core.receiver", "core.aws", "core.members", "core.charts", "core.connect"),
    "core/members/": ("core.receiver", "core.aws", "core.charts", "core.connect"),
    "core/aws/": ("core.store", "core.receiver", "core.members", "core.charts", "core.demo"),
    "core/errors.py": ("core",),
}
PURE = ("core/events/", "core/metrics/", "core/diagnosis/", "core/charts/")
IO = ("socket", "http", "urllib", "requests", "httpx", "subprocess", "asyncio", "threading")


def imports(path: Path) -> list[tuple[int, str]]:
    """Every dotted name a file imports, with its line; `from a import b` counts as a and a.b."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [
                (node.lineno, node.module),
                *((node.lineno, f"{node.module}.{a.name}") for a in node.names),
            ]
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.append((node.lineno, "." * node.level))
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def violations(root: Path) -> list[str]:
    """Every broken rule in a tree, as `file:line: sentence`."""
    broken: list[str] = []
    for path in sorted([*root.glob("app.py"), *root.glob("core/**/*.py"), *root.glob("pages/**/*.py")]):
        place = path.relative_to(root).as_posix()
        for line, name in imports(path):
            where = f"{place}:{line}"
            if name.startswith("."):
                broken.append(f"{where}: relative import; name the package")
            for library, doors in DOORS.items():
                if within(name, library) and not place.startswith(doors):
                    broken.append(f"{where}: {library} has its one door in {' or '.join(doors) or 'nobody'}")
            for part, names in FORBIDDEN.items():
                broken += [
                    f"{where}: {part} may not import {n}"
                    for n in names
                    if place.startswith(part) and within(name, n)
                ]
            if place.startswith("core/") and within(name, "pages"):
                broken.append(f"{where}: core never imports pages")
            if (
                place.startswith(PURE)
                and any(within(name, io) for io in IO)
                and not within(name, "urllib.parse")
                and name != "urllib"
            ):
                broken.append(f"{where}: {place.rsplit('/', 1)[0]} is pure and knows no I/O")
        if place != "core/settings.py" and any(
            isinstance(n, ast.Attribute)
            and n.attr in ("environ", "getenv")
            and isinstance(n.value, ast.Name)
            and n.value.id == "os"
            for n in ast.walk(ast.parse(path.read_text()))
        ):
            broken.append(f"{place}: the environment is read in core/settings.py alone")
    return broken


def test_every_import_keeps_to_the_one_way_and_its_one_door() -> None:
    broken = violations(ROOT)
    assert not broken, "\n".join(dict.fromkeys(broken))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("pages/home.py", "import boto3\n"),
        ("core/metrics/rate.py", "from core.store import rates\n"),
        ("core/receiver/sns.py", "def f():\n    from core.vault import Vault\n"),
        ("core/charts/figure.py", "import socket\n"),
        ("core/store/record.py", "import streamlit as st\n"),
        ("core/members/people.py", "import os\nNAME = os.environ['X']\n"),
        ("core/connect/walk.py", "import smtplib\n"),
        ("core/aws/client.py", "from pages import home\n"),
        ("core/vault/seal.py", "from . import secret\n"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, place: str, text: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert violations(tmp_path)


def test_each_page_asks_for_a_member_first() -> None:
    """A page that can be drawn without the gate is a hole, however it is reached."""
    for page in sorted((ROOT / "pages").glob("*.py")):
        if page.name in ("frame.py", "gate.py", "__init__.py"):
            continue
        assert "require_member(" in page.read_text(), f"{page.name} never asks gate.require_member"


def test_no_page_draws_raw_html_or_a_raw_exception() -> None:
    for page in sorted((ROOT / "pages").rglob("*.py")):
        text = page.read_text()
        assert "unsafe_allow_html=True" not in text, page
        assert "st.exception(" not in text, page
        if page.name != "gate.py":
            assert "unsafe_allow_javascript" not in text, (
                f"{page}: only the gate may run a script, for the hand-off"
            )
