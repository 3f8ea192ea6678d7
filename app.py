"""One ASGI app on one port: the dashboard, and the routes Amazon and mail clients call."""

from pathlib import Path

import streamlit as st

from core.lifespan import lifespan, middleware, routes

app = st.App(
    Path(__file__).resolve().parent / "pages" / "frame.py",
    routes=routes(),
    middleware=middleware(),
    lifespan=lifespan,
)
