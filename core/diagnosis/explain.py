"""Errors and findings into words, by the table words.toml."""

from collections.abc import Mapping

from core.diagnosis.context import Context
from core.diagnosis.diagnosis import Diagnosis


def explain(error: BaseException, context: Context | None = None) -> Diagnosis:
    """The diagnosis of an error. Never raises; an error the table has no row for is `known=False`."""
    raise NotImplementedError


def finding(reference: str, evidence: Mapping[str, str] | None = None) -> Diagnosis:
    """The diagnosis of a standing finding, by its reference."""
    raise NotImplementedError
