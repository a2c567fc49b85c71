"""A bell: who waits for work hears of it at once, whoever does not wait finds it at the next look."""

import asyncio


class Bell:
    """Rings for one who waits; rung while nobody waits, it is heard by the next."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There is work."""
        self._rung.set()

    async def heard(self, *, within: float) -> None:
        """Wait until it rings, but no longer than *within* seconds."""
        try:
            await asyncio.wait_for(self._rung.wait(), within)
        except TimeoutError:
            return
        finally:
            self._rung.clear()
