"""The ground of a set-up: see grounds.py."""

from grounds import ground

__all__ = ["ground"]
