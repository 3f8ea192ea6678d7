"""Waiting for Amazon's request to confirm, which comes in through the receiver: visible, bounded, to be taken up again."""

import time
from collections.abc import Generator

from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup.confirming import forget_token, token_of
from core.setup.plan import why_of
from core.setup.site import Site
from core.setup.step import GONE, Step
from core.setup.subscription_steps import ask_again
from core.store.tables import SetUpStep

PATIENCE = 30.0  # seconds until it is time to look elsewhere; Amazon asks within a second or two
LOOK = 0.05  # seconds between two looks into our own store
Said = tuple[str, str, Diagnosis | None]


def wait_for(site: Site, step: Step, row: SetUpStep) -> Generator[Said, None, str]:
    """Wait for the token, and confirm with it. Half-way, and whenever a token is no good, Amazon is asked to ask again."""
    from core.setup.doing import Refused

    begun, asked, told = time.monotonic(), False, -1
    while (waited := time.monotonic() - begun) < PATIENCE:
        if token_of(site) is not None:
            try:
                return step.make(site, GONE, ())
            except Exception as error:
                if why_of(error, site.connection.region, site.clock()).reference != "token-not-taken":
                    raise
                forget_token(site)
                ask_again(site)
        if not asked and waited > PATIENCE / 2:
            asked = True
            ask_again(site)
        if int(waited) > told:
            told = int(waited)
            yield "waiting", f"Waiting for Amazon's request at the callback: {told} s.", None
        site.talk.sleep(LOOK)
    raise Refused(finding("confirmation-awaited", {"where": site.names.topic_arn}))
