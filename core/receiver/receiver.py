"""The receiver as one thing: the store and what stands before it."""

from collections.abc import Awaitable, Callable

from core.receiver.callbacks import Callbacks
from core.receiver.certificates import Certificates
from core.receiver.download import download
from core.receiver.figures import Figures
from core.receiver.health import Health
from core.receiver.intake import Intake
from core.receiver.sns import Sns
from core.receiver.straight import Straight
from core.receiver.unsubscribe import Unsubscribe
from core.settings import Settings
from core.store.engine import Store


class Receiver:
    """Everything the public routes work with; one per process. `close` finishes what waits and takes nothing more.

    `alone`: the process does nothing else, so that its event loop may commit.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        fetch: Callable[[str], Awaitable[str]] = download,
        alone: bool = False,
    ) -> None:
        self.store = store
        self.intake = Intake(store, inline=alone)
        self.certificates = Certificates(store, settings.certificates, fetch)
        callbacks = Callbacks(store)
        self.sns = Sns(store, callbacks, self.certificates, self.intake)
        self.straight = Straight(callbacks, self.certificates, self.intake)
        folder = store.room.folder if store.room is not None else settings.folder
        self.figures = Figures(store, self.intake, self.certificates, folder)
        self.health = Health(store, self.intake, self.figures)
        self.settings = settings
        self.unsubscribe = Unsubscribe(store, settings)

    def close(self) -> None:
        """Finish what waits for its transaction, at most 10 s."""
        self.unsubscribe.close()
        self.intake.close()
