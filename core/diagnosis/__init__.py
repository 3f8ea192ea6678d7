"""An error or a finding -> plain words -> what to do. The words are a table, words.toml, that anyone can edit. Pure."""

from core.diagnosis.context import Context
from core.diagnosis.diagnosis import Diagnosis
from core.diagnosis.explain import explain, finding

__all__ = ["Context", "Diagnosis", "explain", "finding"]
