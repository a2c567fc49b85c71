"""Pictures in posts: drawn and handed over before the post that shows them is sent, or said in words instead.

Nobody sees a picture that was handed over before a post shows it: a crash or a lost answer costs one more upload, and
never a second message.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from sqlmodel import Session

from bot.domain.charts import Chart
from bot.domain.delivery import Handed, StoredPost
from bot.errors import MusterError, TransientError
from bot.kit.blocks import Block
from bot.kit.pictures import all_in_words, in_words, shows_files, words_of
from bot.log import logger
from bot.outbox.sender import NotConnectedError, PictureNotReadyError, RefusedBlocksError, Sender
from bot.store import pictures
from bot.store.pictures import Picture
from bot.store.session import Database, Moment

T = TypeVar("T")

Draw = Callable[[Chart], bytes]
"""Draws a chart as a PNG; called on a thread, where it may take its time."""

Tries = Callable[[Session, StoredPost], int]
"""How often a post or an edit was tried by now, this try included."""

NAME = "chart.png"

WITHIN = timedelta(seconds=10)
"""A post's pictures are drawn and handed over in this time, or the try has failed: the lease must outlive it all."""

TRIES = 3
"""From this try on, a post whose picture cannot be handed over goes out with words."""

PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)
"""How long a post waits for its pictures before they are tried again, whatever Slack asks for: news get old."""

READY_IN, READY_TRIES, LOOK_AGAIN = timedelta(seconds=60), 10, timedelta(seconds=2)
"""Slack needs a moment before it shows a file; past this time, or after so many tries, it has lost it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """A post with the pictures that it shows, by their keys, at a try of which there were *tried*."""

    post: StoredPost
    tried: int
    files: Mapping[str, Picture] = field(default_factory=dict)


class Pictures:
    """The pictures in one workspace's posts. *draw* None: they are all said in words."""

    def __init__(
        self, *, database: Database, sender: Sender, moment: Moment, workspace: str, draw: Draw | None
    ) -> None:
        self._database = database
        self._sender = sender
        self._moment = moment
        self._workspace = workspace
        self._draw = draw

    async def deliver(self, post: StoredPost, call: Callable[[StoredPost], Awaitable[T]], tries: Tries) -> T:
        """What *call* answers to *post* with its pictures put in; raises what it raises.

        Also raises `TransientError`, with nothing delivered, where another try may still get the pictures there.
        """
        if post.text_only or not shows_files(post.blocks):
            return await call(post)
        shown = await self._shown(post, tries)
        if not shows_files(shown.post.blocks):
            return await call(shown.post)
        try:
            return await call(shown.post)
        except PictureNotReadyError as error:
            await self._require_lost(shown, error)
            return await call(_said(post, str(error)))
        except RefusedBlocksError as error:
            return await call(_said(post, str(error)))

    async def _shown(self, post: StoredPost, tries: Tries) -> _Shown:
        """*post* with its pictures handed over, or with words in their place."""
        keys = [key for block in post.blocks if (key := _key(block)) is not None]
        there, tried = await self._database.look(
            lambda session: (pictures.named(session, self._workspace, keys), tries(session, post))
        )
        try:
            files = await asyncio.wait_for(self._handed(there), WITHIN.total_seconds())
        except NotConnectedError:
            raise
        except (TransientError, TimeoutError) as error:
            if tried < TRIES:
                raise _again(error) from error
            return _Shown(post=_said(post, _reason(error)), tried=tried)
        except MusterError as error:
            return _Shown(post=_said(post, str(error)), tried=tried)
        except Exception as error:  # noqa: BLE001 whatever is wrong with a picture, the post must arrive
            logger().error("picture.broke", key=post.key, exc_info=error)
            return _Shown(post=_said(post, _reason(error)), tried=tried)
        if len(files) < len(set(keys)):
            logger().warning("picture.in_words", key=post.key, reason="nothing draws it, or it is not kept")
        return _Shown(post=self._with(post, files), tried=tried, files=files)

    async def _handed(self, there: Mapping[str, Picture]) -> dict[str, Picture]:
        """Those of *there* that can be shown, one after the other: a post has one or two."""
        if self._draw is None:
            return {}
        return {key: await self._file(picture, self._draw) for key, picture in there.items()}

    async def _file(self, picture: Picture, draw: Draw) -> Picture:
        if picture.handed is not None:
            return picture
        content = await asyncio.to_thread(draw, picture.chart)
        handed = await self._sender.upload(NAME, content, words_of(picture.chart.alt))
        return await self._database.run(lambda session: self._keep(session, picture, handed))

    def _keep(self, session: Session, picture: Picture, handed: Handed) -> Picture:
        now = self._moment(session)
        pictures.handed_over(session, self._workspace, picture, handed, now)
        return replace(picture, handed=handed, handed_at=now)

    def _with(self, post: StoredPost, files: Mapping[str, Picture]) -> StoredPost:
        """*post* with *files* put in; a picture that is not there is said in words."""
        return replace(post, blocks=tuple(self._block(block, files) for block in post.blocks))

    def _block(self, block: Block, files: Mapping[str, Picture]) -> Block:
        key = _key(block)
        if key is None:
            return block
        handed = files[key].handed if key in files else None
        if handed is None:
            return in_words(str(block.get("alt_text", "")))
        rest = {name: value for name, value in block.items() if name != "slack_file"}
        return {**rest, **self._sender.image_of(handed)}

    async def _require_lost(self, shown: _Shown, error: PictureNotReadyError) -> None:
        """Return where Slack has had time enough for the files of *shown*, which are forgotten then.

        Raises `TransientError`.
        """
        now = await self._database.look(self._moment)
        since = [one.handed_at for one in shown.files.values() if one.handed_at is not None]
        # A file that came with a private answer is not among ours: there the tries are all that can be counted.
        is_lost = now - max(since) >= READY_IN if since else shown.tried >= READY_TRIES
        if not is_lost:
            raise TransientError(str(error), after=LOOK_AGAIN) from error
        lost = {key: one.handed for key, one in shown.files.items() if one.handed is not None}
        await self._database.run(lambda session: pictures.forget(session, self._workspace, lost))


def _key(block: Block) -> str | None:
    file = block.get("slack_file")
    return pictures.key_in(file.get("id")) if block.get("type") == "image" and isinstance(file, dict) else None


def _said(post: StoredPost, reason: str) -> StoredPost:
    """*post* with words in the place of its pictures."""
    logger().warning("picture.in_words", key=post.key, reason=reason)
    return replace(post, blocks=tuple(all_in_words(post.blocks)))


def _again(error: Exception) -> TransientError:
    # Not the very error: a limit for files is none for posts.
    asked = error.after if isinstance(error, TransientError) else None
    return TransientError(f"its picture: {_reason(error)}", after=min(asked or PAUSE, LONGEST_PAUSE))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
