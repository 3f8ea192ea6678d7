"""One ASGI app on one port: the dashboard, and the routes Amazon and mail clients call."""

from pathlib import Path

import streamlit as st

from core.lifespan import lifespan, middleware, routes


def broken(error: Exception) -> bool:
    """Say what kept a screen from being drawn. Loaded when it is needed, so that the start does not wait for it."""
    from pages.parts.broken import broken as say

    return say(error)


app = st.App(
    Path(__file__).resolve().parent / "pages" / "frame.py",
    routes=routes(),
    middleware=middleware(),
    lifespan=lifespan,
    on_script_error=broken,
)
