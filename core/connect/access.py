"""Access to Amazon for one call: unsealed from a saved connection, or built from a draft that is not saved yet."""

from core.aws.access import Access
from core.aws.credentials import Credentials
from core.connect import custom
from core.connect.endpoint import Endpoint
from core.errors import BadInput, NotFound
from core.settings import Settings, custom_endpoints
from core.store import credentials as rows
from core.store.engine import Store
from core.store.tables import Connection, Credential
from core.vault import Secret, Vault
from core.vault.owner import credential as owner

COLUMNS = ("access_key_id", "secret_access_key", "session_token", "smtp_username", "smtp_password")


def of(
    store: Store, vault: Vault, settings: Settings, connection: Connection, *, even_disabled: bool = False
) -> Access:
    """Unseal a connection's keys for one call. Raises Locked, NotFound, BadInput (disabled, custom endpoints are off).

    A disabled connection sends and checks nothing; `even_disabled` is for what keeps its callback storing.
    """
    if connection.disabled and not even_disabled:
        raise BadInput(
            "This connection is disabled, so Amazon is not asked. Enable it under Connections first."
        )
    return by_way(store, vault, settings, connection, endpoint_of(connection))


def by_way(
    store: Store, vault: Vault, settings: Settings, connection: Connection, endpoint: Endpoint
) -> Access:
    """The same keys at another endpoint, for a trial that changes nothing. Raises Locked, NotFound, BadInput."""
    return trial(settings, endpoint, unseal(store, vault, connection), demo=connection.demo)


def unseal(store: Store, vault: Vault, connection: Connection) -> Credentials:
    """The credentials of a connection; each sealed value opens only for this connection and column."""
    row = rows.get(store, connection.id or 0)
    if row is None:
        raise NotFound("This connection has no keys. Type them again under Connections.")
    opened = {column: _open(vault, row, connection.uuid, column) for column in COLUMNS}
    return Credentials(row.kind, **opened)


def seal(vault: Vault, connection: Connection, credentials: Credentials, now: int) -> Credential:
    """The row that keeps these credentials: sealed values, and the last four characters of the key id."""
    row = Credential(
        connection_id=connection.id or 0, kind=credentials.kind, key_hint=credentials.hint, changed_at=now
    )
    for column in COLUMNS:
        secret: Secret | None = getattr(credentials, column)
        if secret:
            setattr(row, f"{column}_sealed", vault.seal(secret, owner(connection.uuid, f"{column}_sealed")))
    return row


def trial(settings: Settings, endpoint: Endpoint, credentials: Credentials, demo: bool = False) -> Access:
    """Access with keys that are not saved: the check of the walk, and the quick check."""
    if demo:
        return _demo(settings, endpoint, credentials)
    if "://" in endpoint.host:
        url = custom.checked(endpoint.host, settings.allow_custom_endpoints)
        return Access(credentials, endpoint.region, endpoint.transport, url, smtp_port=endpoint.smtp_port)
    smtp = endpoint.transport == "smtp"
    return Access(
        credentials,
        endpoint.region,
        endpoint.transport,
        ses_host="" if smtp else endpoint.host,
        smtp_server=endpoint.host if smtp else "",
        smtp_port=endpoint.smtp_port,
        configured_endpoints=custom.configured(custom_endpoints(), settings.allow_custom_endpoints),
    )


def endpoint_of(connection: Connection) -> Endpoint:
    """The endpoint a connection was saved with."""
    return Endpoint(connection.region, connection.transport, connection.endpoint, connection.smtp_port)


def _open(vault: Vault, row: Credential, uuid: str, column: str) -> Secret | None:
    sealed: str | None = getattr(row, f"{column}_sealed")
    return vault.unseal(sealed, owner(uuid, f"{column}_sealed")) if sealed else None


def _demo(settings: Settings, endpoint: Endpoint, credentials: Credentials) -> Access:
    """The demo Amazon, started when it does not run."""
    from core.demo import process

    demo = process.ensure(settings)
    return Access(
        credentials,
        endpoint.region,
        endpoint.transport,
        endpoint_url=demo.endpoint_url,
        smtp_server=demo.smtp_host,
        smtp_port=demo.smtp_port,
        trusted_pem=demo.smtp_ca_pem,
    )
