"""What proves to Amazon who is asking: an access key pair, or the machine's own role. Never printable."""

from dataclasses import dataclass

from core.vault.secret import Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys of one connection, in the clear only inside Secret.

    `kind` is "keys", or "role": then boto3 finds the machine's own role and nothing is kept here.
    The two SMTP fields are set only when somebody typed an SMTP password of their own; otherwise it is
    derived from the secret access key for the region (core.smtp).
    """

    kind: str = "keys"
    access_key_id: Secret | None = None
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    smtp_username: Secret | None = None
    smtp_password: Secret | None = None

    @property
    def can_sign(self) -> bool:
        """True when calls to the API can be signed; False when there is only an SMTP password."""
        return self.kind == "role" or bool(self.access_key_id and self.secret_access_key)

    @property
    def hint(self) -> str:
        """The last four characters of the key id, which may be shown."""
        named = self.access_key_id or self.smtp_username
        return named.reveal()[-4:] if named else ""


ROLE = Credentials(kind="role")
