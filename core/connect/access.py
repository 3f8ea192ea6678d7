"""Access to Amazon for one call: unsealed from a saved connection, or built from a draft that is not saved yet."""

from core.aws.access import Access
from core.aws.credentials import Credentials
from core.connect.endpoint import Endpoint
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault


def of(store: Store, vault: Vault, settings: Settings, connection: Connection) -> Access:
    """Unseal a connection's keys for one call. Raises Locked, NotFound, BadInput (custom endpoints are off)."""
    raise NotImplementedError


def trial(settings: Settings, endpoint: Endpoint, credentials: Credentials, demo: bool = False) -> Access:
    """Access with keys that are not saved: the check of the walk, and the quick check."""
    raise NotImplementedError
