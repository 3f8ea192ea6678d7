"""Every page, as every role and as nobody, on a desk without a connection: it draws, and only what it should."""

import re

import pytest
from servers import ROOT
from streamlit.testing.v1 import AppTest

from pages import gate

PAGES = sorted(
    path.name
    for path in (ROOT / "pages").glob("*.py")
    if path.name not in ("frame.py", "gate.py", "__init__.py")
)


@pytest.mark.parametrize("file", PAGES)
def test_a_page_draws_for_every_role(screen, file):
    for name in ("alice", "bob", "victor"):
        page = screen(file, name).run()
        assert not page.exception, (name, [one.value for one in page.exception])


@pytest.mark.parametrize("file", PAGES)
def test_nobody_sees_one_sentence_and_nothing_else(screen, file):
    page = screen(file, None).run()
    assert not page.exception
    assert [one.value for one in page.info] == ["Sign in to see this page."]
    for kind in (
        "title",
        "header",
        "markdown",
        "caption",
        "button",
        "text_input",
        "selectbox",
        "dataframe",
        "metric",
        "error",
    ):
        assert not getattr(page, kind), kind


def test_the_frame_registers_every_page_there_is():
    """A file that is not in the navigation is a screen nobody finds; one that is there twice stops the frame."""
    named = re.findall(r'page\("(\w+\.py)"', (ROOT / "pages" / "frame.py").read_text())
    assert sorted(named) == PAGES


@pytest.mark.parametrize("name", ["alice", "bob", "victor"])
def test_the_frame_opens_home_for_every_role(own_desk, monkeypatch, name):
    from servers import session_for

    token = session_for(own_desk.store, name)
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()
    assert not page.exception, [one.value for one in page.exception]
    assert page.title, "home has no heading"


def test_a_page_first_asks_who_is_there():
    """Before the gate there is nothing but imports, names and functions: no page touches the store or the screen first."""
    import ast

    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Expr)
    for file in PAGES:
        for node in ast.parse((ROOT / "pages" / file).read_text()).body:
            if "require_member(" in ast.unparse(node) and not isinstance(node, ast.FunctionDef):
                break
            assert isinstance(node, allowed), (file, node.lineno)
            if isinstance(node, ast.Expr):
                assert isinstance(node.value, ast.Constant), (file, node.lineno)
            if isinstance(node, ast.Assign | ast.AnnAssign):
                assert "st." not in ast.unparse(node) and "desk()" not in ast.unparse(node), (
                    file,
                    node.lineno,
                )
        else:
            pytest.fail(f"{file} never asks")
