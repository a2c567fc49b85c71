"""A1 to A5: how soon Slack is acknowledged, over real HTTP and real sockets on loopback, against Bolt alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import fmean, median, quantiles

from benchmarks import acks_places, acks_said
from benchmarks.acks_client import closed_loop, open_loop
from benchmarks.acks_places import server
from benchmarks.acks_said import Said, signed
from benchmarks.acks_slack import stubbed
from benchmarks.timing import Result

ROUNDS = 5
PER_SECOND = 150.0

Run = Callable[[], Awaitable[list[float]]]
"""One piece of a round: how long each acknowledgement took, in seconds."""

Pair = tuple[list[float], list[float]]
"""A piece of a round, and its floor."""

Way = Callable[[int, Said], Run]
Figure = Callable[[list[float]], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The ports of one comparison: Bolt alone, and the app on each database."""

    floor: int
    apps: Mapping[str, int]


def a1(_: int) -> Iterator[Result]:
    """Commands that only look, at a steady rate and one at a time."""
    yield from asyncio.run(_looking())


def a2(_: int) -> Iterator[Result]:
    """The same, sixteen at once."""
    yield from asyncio.run(_at_once())


def a3(_: int) -> Iterator[Result]:
    """A command that is written down and acknowledged, and acted on afterwards."""
    yield from asyncio.run(_deferring())


def a4(_: int) -> Iterator[Result]:
    """A form that reads and writes before it is acknowledged."""
    yield from asyncio.run(_submitting())


def a5(_: int) -> Iterator[Result]:
    """Every kind of interaction against Bolt as it comes, which polls every 10 ms."""
    yield from asyncio.run(_every_kind())


async def _looking() -> list[Result]:
    found = []
    async with _place("SQLite") as place:
        said = {text: acks_said.command(text) for text in ("help", "product show probe")}
        for name, way in {"150 req/s": _steady(60), "c=1": _closed(100)}.items():
            work = {f"{text}, {name}": way(place.apps["SQLite"], one) for text, one in said.items()}
            taken = await _rounds(way(place.floor, said["help"]), work)
            found += _results("A1", taken, {"p50": (median, 1.3), "p99": (_p99, 1.5)})
    return found


async def _at_once() -> list[Result]:
    async with _place("SQLite") as place:
        said, way = acks_said.command("help"), _closed(320, 16)
        taken = await _rounds(way(place.floor, said), {"help, c=16": way(place.apps["SQLite"], said)})
    # Sixteen that wait for nothing else: the mean is sixteen over the requests a second.
    return _results("A2", taken, {"1/(req/s)": (fmean, 1 / 0.8), "p99": (_p99, 1.5)})


async def _deferring() -> list[Result]:
    async with _place("SQLite", "Postgres") as place:
        said, way = acks_said.command("probe"), _steady(45)
        work = {f"deferred, 150 req/s, {name}": way(port, said) for name, port in place.apps.items()}
        taken = await _rounds(way(place.floor, said), work, settle=0.6)
    return _results("A3", taken, {"p50": (median, 1.5), "p99": (_p99, 2.0)})


async def _submitting() -> list[Result]:
    found = []
    async with _place("SQLite", "Postgres") as place:
        said = acks_said.submission
        for at_once, name, figure, goals in (
            (1, "p50", median, {"SQLite": 2.5, "Postgres": 4.0}),
            (16, "p99", _p99, {"SQLite": 4.0, "Postgres": 8.0}),
        ):
            way = _closed(50 if at_once == 1 else 160, at_once)
            work = {database: way(port, said) for database, port in place.apps.items()}
            taken = await _rounds(way(place.floor, said), work)
            for database, goal in goals.items():
                one = {f"form, c={at_once}, {database}": taken[database]}
                found += _results("A4", one, {name: (figure, goal)})
    return found


async def _every_kind() -> list[Result]:
    return [*await _kinds_over("HTTP", _by_http), *await _kinds_over("socket", _by_socket)]


async def _kinds_over(
    name: str, over: Callable[[AsyncExitStack, str], Awaitable[Callable[[Said], Run]]]
) -> list[Result]:
    found = []
    async with AsyncExitStack() as stack:
        plain, ours = await over(stack, "default"), await over(stack, "muster")
        for kind, said in _kinds().items():
            # Bolt waits for no event to be handled: those are measured against what it does wait for.
            base = acks_said.command("help") if kind == "event" else said
            taken = await _rounds(plain(base), {f"{kind}, {name}": ours(said)}, settle=0.02)
            found += _results("A5", taken, {"p50": (median, 0.2)})
    return found


def _kinds() -> dict[str, Said]:
    return {
        "command": acks_said.command("help"),
        "click": acks_said.click,
        "submission": acks_said.submission,
        "event": acks_said.mention,
        "shortcut": acks_said.shortcut,
    }


async def _by_http(stack: AsyncExitStack, app: str) -> Callable[[Said], Run]:
    stub = await stack.enter_async_context(stubbed())
    database = stack.enter_context(acks_places.sqlite()) if app == "muster" else ""
    port = await stack.enter_async_context(server(app, "http", stub, database))
    return partial(_closed(10), port)


async def _by_socket(stack: AsyncExitStack, app: str) -> Callable[[Said], Run]:
    stub = await stack.enter_async_context(stubbed())
    database = stack.enter_context(acks_places.sqlite()) if app == "muster" else ""
    await stack.enter_async_context(server(app, "socket", stub, database))
    await stub.connected()
    return lambda said: partial(stub.acked, said, 10)


@asynccontextmanager
async def _place(*databases: str) -> AsyncIterator[Place]:
    """Bolt alone, and the app on each of *databases*."""
    kinds = {"SQLite": acks_places.sqlite, "Postgres": acks_places.postgres}
    async with AsyncExitStack() as stack:
        stub = await stack.enter_async_context(stubbed())
        urls = {name: stack.enter_context(kinds[name]()) for name in databases}
        floor = await stack.enter_async_context(server("floor", "http", stub))
        apps = {
            name: await stack.enter_async_context(server("muster", "http", stub, url)) for name, url in urls.items()
        }
        yield Place(floor=floor, apps=apps)


def _steady(count: int) -> Way:
    return lambda port, said: lambda: open_loop(port, _requests(said, count), rate=PER_SECOND)


def _closed(count: int, at_once: int = 1) -> Way:
    return lambda port, said: lambda: closed_loop(port, _requests(said, count), at_once=at_once)


def _requests(said: Said, count: int) -> list[bytes]:
    return [signed(said()) for _ in range(count)]


async def _rounds(floor: Run, work: Mapping[str, Run], *, settle: float = 0.05) -> dict[str, list[Pair]]:
    """What the floor and each piece of *work* took, round by round; the first only warms up.

    After each piece everybody rests for *settle* seconds: what goes on after an acknowledgement is not the next one's.
    """
    taken: dict[str, list[Pair]] = {name: [] for name in work}
    for number in range(ROUNDS + 1):
        base = await floor()
        for name, run in work.items():
            mine = await run()
            await asyncio.sleep(settle)
            if number:
                taken[name].append((mine, base))
    return taken


def _results(row: str, taken: Mapping[str, list[Pair]], goals: Mapping[str, tuple[Figure, float]]) -> list[Result]:
    return [
        Result(
            row=row,
            name=f"{name}: {shown}",
            ratio=median(figure(mine) / figure(base) for mine, base in rounds),
            goal=goal,
            took=median(figure(mine) for mine, _ in rounds),
            floor=median(figure(base) for _, base in rounds),
        )
        for name, rounds in taken.items()
        for shown, (figure, goal) in goals.items()
    ]


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100, method="inclusive")[98]
