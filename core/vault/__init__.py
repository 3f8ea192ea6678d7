"""Secrets at rest: sealed with AES-256-GCM, bound to their owner, under a key that is not in the database."""

from core.vault.owner import Owner
from core.vault.secret import Secret
from core.vault.vault import Vault, open_vault

__all__ = ["Owner", "Secret", "Vault", "open_vault"]
