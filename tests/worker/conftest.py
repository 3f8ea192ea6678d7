"""What the worker's tests share; it is all in shops.py, so that test files can import it by name."""

from shops import its_desk, shop

__all__ = ["its_desk", "shop"]
