"""Fixtures that every part's tests may use."""

pytest_plugins = ["amazon", "servers", "stores"]
