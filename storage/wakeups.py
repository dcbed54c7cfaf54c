"""Who waits for news of a topic; polling stays the fallback, so a lost wake-up only costs time."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable


class Subscription:
    """One listener's memory of what happened since it last waited."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """True as soon as a topic was woken since the last wait; false after `seconds`."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def wake(self) -> None:
        """Let the listener go on, now or when it next waits."""
        self._event.set()


class Wakeups:
    """The listeners of this process; forgotten listeners cost nothing."""

    def __init__(self) -> None:
        self._listeners: weakref.WeakSet[Subscription] = weakref.WeakSet()

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """A listener for these topics."""
        listener = Subscription(frozenset(topics))
        self._listeners.add(listener)
        return listener

    def wake(self, topics: Iterable[str]) -> None:
        """Let everyone go on who waits for one of the topics; call it in the event loop."""
        named = frozenset(topics)
        for listener in tuple(self._listeners):
            if listener.topics & named:
                listener.wake()
