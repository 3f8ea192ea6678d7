"""The desk of this process, for screens: the same store, vault and settings that the routes use."""

from core.lifespan import Desk, desk

__all__ = ["Desk", "desk"]
