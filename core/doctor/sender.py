"""The sender: is the From address verified here, signed, and under a bounce domain that Amazon has found."""

from collections.abc import Iterator

from core.aws.identity import Details
from core.connect.regions import place
from core.diagnosis import Context, explain, finding
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.identities import sender

GROUP = "sender"


def check(patient: Patient) -> Iterator[Line]:
    """Verified, signed, bounce domain, and whose domain it is."""
    address = patient.connection.from_address
    if not address:
        yield Line(GROUP, "verified", "Verified", "skipped", "Not asked: this connection has no sender yet.")
        return
    domain = address.rpartition("@")[2].lower()
    yield Line(GROUP, "verified", "Verified", "running")
    if not patient.access.credentials.can_sign:
        words = "Not asked: an SMTP password alone cannot ask Amazon."
        yield Line(GROUP, "verified", "Verified", "skipped", words)
        yield _own(domain)
        return
    try:
        found = sender.of(patient.access, address)
        signer = sender.signing(patient.access, found) if found else None
    except Exception as error:  # one of Amazon's refusals, or no way there: words for both
        said = explain(error, Context(region=patient.region, service="ses", operation="GetEmailIdentity"))
        yield Line(GROUP, "verified", "Verified", "unknown", f"{said.title}.", said)
        yield _own(domain)
        return
    yield _verified(patient, domain, found)
    if found is not None and signer is not None:
        yield _signed(domain, signer)
        yield _bounces(found)
    yield _own(domain)


def _verified(patient: Patient, domain: str, found: Details | None) -> Line:
    label, here = "Verified", place(patient.region)
    if found is None:
        said = finding("sender-not-here", {"domain": domain}, patient.region)
        return Line(GROUP, "verified", label, "fail", f"Not in {here}.", said, facts={"subject": domain})
    whole = "The domain" if found.is_domain else "The address"
    if found.verified:
        return Line(GROUP, "verified", label, "ok", f"{whole} is, in {here}.")
    reference = "sender-failed" if found.status == "FAILED" else "sender-pending"
    about = {"domain": domain, "status": found.status, **({"last look": found.error} if found.error else {})}
    said = finding(reference, about, patient.region)
    words = f"{whole} is known in {here}, and not verified."
    return Line(GROUP, "verified", label, "fail", words, said, facts={"subject": domain})


def _signed(domain: str, signer: Details) -> Line:
    label = "DKIM signature"
    if signer.dkim_signing and signer.dkim_status == "SUCCESS":
        return Line(GROUP, "signed", label, "ok", f"Amazon signs mail as {signer.domain}.")
    said = finding("sender-unsigned", {"domain": domain, "status": signer.dkim_status or "off"})
    words = "Switched off." if signer.dkim_status == "SUCCESS" else "Amazon does not sign as this domain yet."
    return Line(GROUP, "signed", label, "warn", words, said, facts={"subject": domain})


def _bounces(found: Details) -> Line:
    label = "Bounce domain"
    if not found.mail_from:
        return Line(GROUP, "mail-from", label, "ok", "Amazon's own. SPF counts for Amazon, DKIM for you.")
    if found.mail_from_status == "SUCCESS":
        return Line(GROUP, "mail-from", label, "ok", f"{found.mail_from}, found by Amazon.")
    said = finding("sender-own-bounce-domain", {"domain": found.mail_from, "status": found.mail_from_status})
    bad = "fail" if found.on_mx_failure == "REJECT_MESSAGE" else "warn"
    words = (
        "Amazon refuses mail until it finds it."
        if bad == "fail"
        else "Amazon uses its own until it finds it."
    )
    return Line(GROUP, "mail-from", label, bad, words, said, facts={"subject": found.mail_from})


def _own(domain: str) -> Line:
    if sender.somebody_elses(domain):
        said = finding("sender-freemail", {"domain": domain})
        return Line(
            GROUP, "own", "A domain of yours", "fail", f"{domain} is a mailbox provider's.", said, facts={"subject": domain}
        )  # fmt: skip
    return Line(GROUP, "own", "A domain of yours", "ok", f"{domain} is no mailbox provider's.")
