"""A TCP proxy on loopback that can be made to stall, to hang up and to dawdle: the network on a bad day."""

import socket
import threading
import time
from contextlib import suppress


class LameWire:
    """Passes bytes to another loopback port. `stall()` keeps them back, `go_on()` lets them through again, `cut()` hangs up.

    `delay` holds every piece up for so many seconds; `piece` is how many bytes pass at once.
    """

    def __init__(self, goal: int) -> None:
        self._goal, self._open = goal, threading.Event()
        self.delay, self.piece = 0.0, 65536
        self._open.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._wires: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def well(self) -> None:
        """As it was at first."""
        self.delay, self.piece = 0.0, 65536
        self.go_on()

    def cut(self) -> None:
        for wire in list(self._wires):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self._open.set()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._goal), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._wires |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(self.piece):
                self._open.wait()
                if self.delay:
                    time.sleep(self.delay)
                other.sendall(piece)
        for wire in (one, other):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            self._wires.discard(wire)
