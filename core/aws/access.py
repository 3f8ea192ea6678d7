"""Access: everything one call to Amazon needs, unsealed for that call and then dropped."""

from dataclasses import dataclass, field, replace
from typing import Any

from core.aws.client import READ_SECONDS, client
from core.aws.credentials import Credentials
from core.aws.hosts import smtp_host
from core.aws.told import Told
from core.in_time import LIMIT, ends


@dataclass(frozen=True, slots=True)
class Access:
    """Credentials, a region, and where to call when it is not the region's own endpoint.

    `endpoint_url` stands for every service (the demo, a custom endpoint). `ses_host` is a host of Amazon's that
    stands for SES alone (FIPS, dual-stack, VPC). `trusted_pem` is a certificate to trust for SMTP, the demo's.
    `until` and `told` are of a round (see `within`).
    """

    credentials: Credentials
    region: str
    transport: str = "api"  # api | smtp: how mail is sent
    endpoint_url: str | None = None
    ses_host: str = ""
    smtp_server: str = ""
    smtp_port: int = 587
    trusted_pem: str | None = None
    configured_endpoints: bool = False  # honour boto3's AWS_ENDPOINT_URL* names
    until: float | None = None  # monotonic seconds after which no call is begun
    told: Told | None = field(default=None, repr=False, compare=False)

    def within(self, seconds: float = LIMIT) -> "Access":
        """The same for a round: questions that belong together, end together, and are not asked twice. One that has begun goes on."""
        return self if self.until is not None else replace(self, until=ends(seconds), told=Told())

    @property
    def end(self) -> float:
        """When the round ends, on the monotonic clock; outside one, when a round begun now would."""
        return ends(LIMIT) if self.until is None else self.until

    def client(
        self,
        service: str,
        *,
        sends: bool = False,
        region: str = "",
        unsigned: bool = False,
        read_seconds: int = READ_SECONDS,
    ) -> Any:
        """A boto3 client for one call or a few. `sends`: never tried twice."""
        url = self.endpoint_url
        if url is None and self.ses_host and service in ("ses", "sesv2"):
            url = f"https://{self.ses_host}"

        def made() -> Any:
            return client(
                service,
                self.credentials,
                region or self.region,
                url,
                configured_endpoints=self.configured_endpoints,
                sends=sends,
                unsigned=unsigned,
                read_seconds=read_seconds,
                until=self.until,
            )

        if self.told is None or sends or unsigned or read_seconds != READ_SECONDS:
            return made()
        return self.told.client((service, region or self.region), made)

    @property
    def smtp(self) -> str:
        """The SMTP server: the one given, else the region's own."""
        return self.smtp_server or smtp_host(self.region)
