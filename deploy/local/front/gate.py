"""Many requests pass at once; a change of the engine itself waits until none is inside."""

import threading
from contextlib import contextmanager


class Gate:
    """A lock for many readers or one writer; a waiting writer holds new readers back."""

    def __init__(self):
        self._condition = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def passing(self):
        """Held while a request uses the engine."""
        with self._condition:
            self._condition.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @contextmanager
    def closed(self):
        """Held while nobody else may use the engine."""
        with self._condition:
            self._condition.wait_for(lambda: not self._closed)
            self._closed = True
            self._condition.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._condition:
                self._closed = False
                self._condition.notify_all()
