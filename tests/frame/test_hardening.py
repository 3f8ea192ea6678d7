"""What Streamlit leaves open is shut: the effective values, however the app is started."""

import json
import subprocess
import sys

import pytest
from servers import ROOT, environment

WANTED = {
    "server.headless": True,
    "server.showEmailPrompt": False,
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.maxUploadSize": 100,
    "server.maxMessageSize": 20,
    "server.disconnectedSessionTTL": 60,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
}
AS_MAKE_RUN = "import core.serve, os, sys; os.chdir(core.serve.PROJECT); sys.path.insert(0, str(core.serve.PROJECT)); import app"
AS_STREAMLIT_RUN = "import sys; sys.path.insert(0, {root!r}); from streamlit import config as c; c._main_script_path = {root!r} + '/app.py'; import app"
TELL = "; import json; from streamlit import config; print(json.dumps({name: config.get_option(name) for name in NAMES}))"


@pytest.mark.parametrize(
    ("how", "away"), [(AS_MAKE_RUN, False), (AS_STREAMLIT_RUN, True)], ids=["make run", "streamlit run"]
)
def test_the_effective_options_are_the_pinned_ones(tmp_path, how, away):
    """Also when `streamlit run` is called from another folder."""
    words = how.format(root=str(ROOT)) + TELL.replace("NAMES", repr(list(WANTED)))
    folder = tmp_path if away else ROOT
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=folder,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == WANTED


def test_nothing_is_fetched_from_elsewhere_by_the_theme():
    text = (ROOT / ".streamlit" / "config.toml").read_text()
    assert "http" not in text.replace("https only", "")


def test_the_example_of_secrets_holds_none():
    assert "=" not in "".join(
        line
        for line in (ROOT / ".streamlit" / "secrets.toml.example").read_text().splitlines()
        if not line.startswith("#")
    )
