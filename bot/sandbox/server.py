"""The sandbox as a server on loopback, in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self, cast

from typing_extensions import override

from bot.clock import Clock, SystemClock
from bot.sandbox import answers, api
from bot.sandbox.breaking import answer_badly, answer_real
from bot.sandbox.call import Result
from bot.sandbox.control import CONTROL, ControlError, Controls, Received, as_json
from bot.sandbox.delivery import ACK_WITHIN_S, RETRY_AFTER_S, Courier, Settings
from bot.sandbox.faults import Answer, Fault, Script
from bot.sandbox.gestures import GESTURES, Gestures
from bot.sandbox.links import Links
from bot.sandbox.outcome import GestureError
from bot.sandbox.people import People
from bot.sandbox.uploads import UPLOADS, SharedFile
from bot.sandbox.wire import Line, Request, UnreadableBodyError
from bot.sandbox.workspace import App, Message, Workspace

API = "/api/"
RESPONSE_URL, UPLOAD = "response_url", "upload"
"""What is called at an address of its own; faults hit them by these names."""


class Sandbox(Gestures):
    """A local Slack. Use it as a context manager, once; `url` is the base address for a Web API client.

    What people do there is told by the methods of `Gestures`; the app hears of it at its `events_url` or through its
    sockets. *retry_after* and *ack_within* are the seconds after which an event comes again and an ack comes too late;
    *signing_clock* stamps what is sent by HTTP, and is the machine's unless told otherwise.
    Tests and the demo change `workspace` and `faults` directly, other processes through `control.RemoteSandbox`.
    An error of the sandbox itself is raised at the end of the `with`.
    """

    def __init__(
        self,
        *apps: App,
        clock: Clock | None = None,
        seed: int = 0,
        retry_after: Sequence[float] = RETRY_AFTER_S,
        ack_within: float = ACK_WITHIN_S,
        signing_clock: Clock | None = None,
    ) -> None:
        self.workspace = Workspace(clock or SystemClock())
        self.faults = Script(seed)
        self.received: list[Received] = []
        for app in apps or (App(token="xoxb-sandbox"),):  # noqa: S106 not a secret: it opens nothing but this
            self.workspace.install(app)
        self._controls = Controls(workspace=self.workspace, faults=self.faults, received=self.received)
        settings = Settings(retry_after=retry_after, ack_within=ack_within)
        self._links = Links(self.workspace)
        self._courier = Courier(links=self._links, clock=signing_clock or SystemClock(), settings=settings)
        self._port: Future[int] = Future()
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: dict[asyncio.Task[Any], Line] = {}
        self._own_errors: list[Exception] = []
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self._port.result()}{API}"

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls that arrived, each as its method and its arguments; `received` knows their times too."""
        return [(one.method, dict(one.arguments)) for one in self.received]

    def messages(self, *channels: str, removed: bool = False) -> list[Message]:
        """What was really stored in these channels (in all, if none is named), oldest first: the oracle.

        With *removed*, what was deleted since is there too, marked `deleted`.
        """
        return self.workspace.messages(channels, removed=removed)

    def ephemerals(self, *channels: str) -> list[Message]:
        """What single people were shown in these channels (in all, if none is named), oldest first."""
        return self.workspace.ephemerals(channels)

    def files(self) -> list[SharedFile]:
        """The files that apps have uploaded to the end, oldest first."""
        return self.workspace.files()

    @override
    def _gesture(self, name: str, /, **arguments: Any) -> Any:
        loop = self._running()
        return asyncio.run_coroutine_threadsafe(self._people(name, arguments), loop).result()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or not self._thread.is_alive():
            raise GestureError("the sandbox does not run")
        return self._loop

    def __enter__(self) -> Self:
        self._thread.start()
        self._port.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._own_errors and error is None:
            raise self._own_errors[0]

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._port.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.workspace.socket_url = await self._links.start()
        port = server.sockets[0].getsockname()[1]
        self.workspace.base_url = f"http://127.0.0.1:{port}"
        self._port.set_result(port)
        await self._stop.wait()
        await self._courier.stop()
        await self._links.stop()
        await self._hang_up()
        # Not before: asyncio would drop, unclosed, what it is just accepting.
        server.close()

    async def _hang_up(self) -> None:
        """End every connection, those too that were accepted just now and have no handler yet."""
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task, line in self._lines.items():
                line.abort()
                task.cancel()
            await asyncio.wait(others, timeout=0.01)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = cast("asyncio.Task[Any]", asyncio.current_task())
        line = self._lines[own] = Line(reader, writer)
        try:
            while (request := await line.request()) is not None and await self._respond(line, request):
                pass
        except (ConnectionError, asyncio.CancelledError):
            """The client has gone, or the sandbox stops."""
        except Exception as error:  # noqa: BLE001 told by __exit__: a fault of ours must not pass for one of Slack's
            self._own_errors.append(error)
        finally:
            del self._lines[own]
            line.close()

    async def _respond(self, line: Line, request: Request) -> bool:
        """Answer one request; whether the connection goes on."""
        if request.path.startswith(API):
            return await self._answer_call(line, request, request.path.removeprefix(API))
        if request.path in self.workspace.dialogs.addresses:
            return await self._answer_gesture(line, request)
        if request.path.startswith(UPLOADS):
            return await self._answer_upload(line, request)
        if request.path.startswith(CONTROL):
            await self._answer_control(line, request, request.path.removeprefix(CONTROL))
        else:
            await line.answer(404, b"{}", headers={})
        return True

    async def _answer_call(self, line: Line, request: Request, method: str) -> bool:
        try:
            arguments = request.arguments()
        except UnreadableBodyError as error:
            return await answer_real(line, {"ok": False, "error": str(error)}, self._headers(""))
        token = request.token(arguments)
        arguments.pop("token", None)
        self.received.append(Received(method=method, arguments=arguments, at=self.workspace.clock.now()))
        fault = self.faults.draw(method, arguments)
        if fault is None:
            result = api.answer(self.workspace, token, method, arguments)
            return await answer_real(line, result, self._headers(token))
        result = await self._late_result(fault, token, method, arguments)
        return await answer_badly(line, fault, result, self._headers(token))

    async def _late_result(self, fault: Fault, token: str, method: str, arguments: Mapping[str, Any]) -> Result:
        """What comes of a call that meets a fault: its effect after the delay, or none."""
        await asyncio.sleep(fault.delay_s)
        if fault.stores or fault.answer is Answer.REAL:
            return api.answer(self.workspace, token, method, arguments)
        return {"ok": False, "error": fault.value or "internal_error"}

    async def _answer_gesture(self, line: Line, request: Request) -> bool:
        """Take a message at a response_url; faults of the method `response_url` hit here."""
        try:
            body = request.arguments()
        except UnreadableBodyError:
            body = {}
        self.received.append(Received(method=RESPONSE_URL, arguments=body, at=self.workspace.clock.now()))
        fault = self.faults.draw(RESPONSE_URL, body)
        if fault is None or fault.stores or fault.answer is Answer.REAL:
            await asyncio.sleep(fault.delay_s if fault else 0)
            status, error = answers.take(self.workspace, request.path, body)
        else:
            status, error = 200, None
        if fault is not None and fault.answer is not Answer.REAL:
            return await answer_badly(line, fault, error or {"ok": True}, {})
        await line.answer(status, b"ok" if error is None else as_json(error), headers={}, kind="text/html")
        return True

    async def _answer_upload(self, line: Line, request: Request) -> bool:
        """Take the bytes of a file; faults of the method `upload` hit here."""
        self.received.append(Received(method=UPLOAD, arguments={}, at=self.workspace.clock.now()))
        fault = self.faults.draw(UPLOAD, {})
        if fault is not None and fault.answer is not Answer.REAL:
            await asyncio.sleep(fault.delay_s)
            if fault.stores:
                self.workspace.uploads.take(request.path, request.body)
            return await answer_badly(line, fault, {"ok": False}, {})
        status, said = self.workspace.uploads.take(request.path, request.body)
        await line.answer(status, said, headers={}, kind="text/plain")
        return True

    async def _told(self, command: str, arguments: Mapping[str, Any]) -> Any:
        if command not in GESTURES:
            return self._controls.run(command, arguments)
        try:
            return await self._people(command, arguments)
        except (GestureError, KeyError, TypeError) as error:
            raise ControlError(f"{command}: {type(error).__name__}: {error}") from error

    def _people(self, name: str, arguments: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
        people = People(self.workspace, self._courier, self.url.removesuffix(API))
        done: Coroutine[Any, Any, Any] = getattr(people, name)(**arguments)
        return done

    async def _answer_control(self, line: Line, request: Request, command: str) -> None:
        try:
            found = await self._told(command, request.arguments())
        except (ControlError, UnreadableBodyError) as error:
            await line.answer(400, str(error).encode(), headers={})
        else:
            await line.answer(200, as_json(found), headers={})

    def _headers(self, token: str) -> dict[str, str]:
        app = api.known_app(self.workspace, token)
        scopes = {"x-oauth-scopes": ",".join(sorted(app.scopes))} if app else {}
        return {"date": format_datetime(self.workspace.clock.now(), usegmt=True), **scopes}
