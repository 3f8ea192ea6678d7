"""Fixtures that every part's tests may use, and the order in which files are handed out."""

import pytest

pytest_plugins = ["amazon", "servers", "stores"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser first: they take longest, and at the end one worker would wait for the other."""
    slow = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)
