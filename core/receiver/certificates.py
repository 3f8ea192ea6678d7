"""Where a signing certificate is had from: the operator's folder, the store, then a download that is kept."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from core import moment
from core.errors import SesDeskError
from core.log import log
from core.receiver.certificate import SigningCertificate, check_kind, file_of, read_certificate
from core.receiver.download import download
from core.receiver.refused import Refused, forbidden, later
from core.receiver.regions import SnsRegion
from core.store import certificates as kept
from core.store.engine import Store

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
HOLD = 1.0  # seconds a certificate of the folder stands before it is looked at again
FORGET = 30.0  # seconds until a failed download is tried again
ROOM = 32  # certificates held in memory
MOST_FAILED = 64  # failures remembered; with so many at once, no further host is asked


class Certificates:
    """The certificates of this process. `fetch` and `clock` (seconds) are replaced in tests only."""

    def __init__(
        self,
        store: Store,
        folder: Path | None,
        fetch: Callable[[str], Awaitable[str]] = download,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._folder, self._fetch, self._clock = store, folder, fetch, clock
        self._known: OrderedDict[str, SigningCertificate] = OrderedDict()
        self._files: dict[str, tuple[float, SigningCertificate]] = {}
        self._failed: dict[str, tuple[float, Refused]] = {}
        self._flights: dict[str, asyncio.Task[SigningCertificate]] = {}
        self.asked = self.missed = 0  # how often one was wanted, and was not at hand

    @property
    def held(self) -> int:
        """How many certificates are held in memory."""
        return len(self._known) + len(self._files)

    async def find(self, url: str, region: SnsRegion) -> SigningCertificate:
        """The certificate behind an allowed URL.

        Raises Refused: 403 when the URL is not Amazon's or what stands there is no certificate of that region,
        503 when it cannot be had just now (a failed download is remembered for 30 s).
        """
        self.asked += 1
        certificate = self.at_hand(url, region)
        if certificate is None:
            self.missed += 1
            certificate = await self._from_afar(url, region)
        return certificate

    def at_hand(self, url: str, region: SnsRegion) -> SigningCertificate | None:
        """The same when it lies in the folder or in memory, else None. Not counted. Raises Refused as `find` does."""
        return self._from_folder(file_of(url, region)) or self._known.get(url)

    def _from_folder(self, file: str) -> SigningCertificate | None:
        """The file of that name; one that was good is looked at again after a second, not with every message."""
        if self._folder is None:
            return None
        held = self._files.get(file)
        if held and self._clock() < held[0]:
            return held[1]
        try:
            pem = (self._folder / file).read_text("ascii")
            if not pem or (pem.startswith(BEGIN) and END not in pem):  # somebody is writing it
                raise later("certificate-unavailable", f"{file} in the certificate folder is not whole yet.")
            certificate = read_certificate(pem)
        except FileNotFoundError:
            self._files.pop(file, None)
            return None
        except OSError:
            raise later(
                "certificate-unavailable", "The certificate folder cannot be read just now."
            ) from None
        except ValueError:
            raise forbidden(
                "certificate",
                f"{file} in the certificate folder is not one PEM certificate.",
                "SigningCertURL",
            ) from None
        if len(self._files) >= ROOM:
            self._files.clear()
        self._files[file] = (self._clock() + HOLD, certificate)
        return certificate

    async def _from_afar(self, url: str, region: SnsRegion) -> SigningCertificate:
        failed = self._failed.get(url)
        if failed and self._clock() < failed[0]:
            raise replace(failed[1])  # one raised again and again would keep every request it refused
        self._failed.pop(url, None)
        if len(self._failed) >= MOST_FAILED:
            self._failed = {known: entry for known, entry in self._failed.items() if entry[0] > self._clock()}
            if len(self._failed) >= MOST_FAILED:
                raise later("certificate-unavailable", "Too many certificates could not be had just now.")
        flight = self._flights.get(url)
        if flight is None:
            flight = asyncio.ensure_future(self._store_or_download(url, region))
            self._flights[url] = flight
            flight.add_done_callback(lambda _: self._flights.pop(url, None))
        return await asyncio.shield(flight)

    async def _store_or_download(self, url: str, region: SnsRegion) -> SigningCertificate:
        try:
            certificate = await self._from_store(url) or await self._downloaded(url, region)
        except Refused as refused:
            if refused.code != "store":
                self._remember_failure(url, refused)
            raise
        self._known[url] = certificate
        while len(self._known) > ROOM:
            self._known.popitem(last=False)
        self._failed.pop(url, None)
        return certificate

    async def _from_store(self, url: str) -> SigningCertificate | None:
        try:
            pem = await asyncio.to_thread(kept.get, self._store, url)
            return read_certificate(pem) if pem else None
        except SesDeskError:
            raise later("store", "The store cannot be read just now.") from None
        except ValueError:
            return None  # a damaged row: download it again

    async def _downloaded(self, url: str, region: SnsRegion) -> SigningCertificate:
        try:
            pem = await self._fetch(url)
            certificate = read_certificate(pem)
        except (OSError, ValueError) as error:
            log.warning("certificate not to be had", host=region.host, why=str(error))
            raise later(
                "certificate-unavailable",
                f"The signing certificate cannot be had from {region.host} just now.",
            ) from None
        check_kind(certificate, region)
        try:
            await asyncio.to_thread(kept.put, self._store, url, pem, moment.now())
        except SesDeskError:
            log.warning("certificate not kept: the store cannot be written just now", host=region.host)
        return certificate

    def _remember_failure(self, url: str, refused: Refused) -> None:
        self._failed[url] = (self._clock() + FORGET, replace(refused))
