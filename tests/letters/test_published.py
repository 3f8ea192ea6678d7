"""Mail that was really published, with the keys that are known: explained correctly, each one as its source says."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.letters.examine import after

FOLDER = Path(__file__).parent / "published"
MAILS = sorted(FOLDER.glob("*.eml"))
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text())
README = (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.stem)
def test_a_published_mail_is_explained_as_it_must_be(published_names: Any, file: Path) -> None:
    judged = after(file.read_bytes(), way=published_names.way).verdict
    assert judged is not None
    said = {name: [point.key for point in points] for name, points in judged.groups}
    assert {"verdict": judged.state, "sender": judged.sender, **said} == EXPECTED[file.stem]


@pytest.mark.parametrize(
    "file", [each for each in MAILS if b"DKIM-Signature" in each.read_bytes()], ids=lambda file: file.stem
)
def test_without_any_key_no_published_mail_is_called_wrong_for_that(names: Any, file: Path) -> None:
    judged = after(file.read_bytes(), way=names.way).verdict
    assert judged is not None
    for point in dict(judged.groups).get("DKIM", ()):
        assert (point.key, point.state) == ("dkim-key-gone", "unknown") or point.key == "dkim-malformed"


def test_twenty_of_them_are_signed_and_each_has_its_source_and_its_licence() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)\.eml` \|[^|]+\| ([^,]+),", README, re.M))
    sources = dict(re.findall(r"^\| ([\w-]+), <https://[^|]+\|[^|]+\|[^|]+\| ([^|]+) \|$", README, re.M))
    assert set(rows) == {file.stem for file in MAILS} == set(EXPECTED)
    assert all(sources[source].strip() for source in rows.values())
    assert sum(b"dkim-signature:" in file.read_bytes().lower() for file in MAILS) >= 20
