"""A sender for the relay's tests: it does what it is told, and remembers what arrived."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.delivery import Handed, Receipt, StoredPost
from bot.errors import MusterError


@dataclass
class FakeSender:
    """Delivers into `arrived` (delivery key, ts). `answers` are used up first: None delivers, an error is raised; an
    error in `after_arrival` is raised although the message arrived. What each message shows is in `shown`, by its ts.
    The same goes for edits, and for pictures, which are in `uploaded` (name, content, alt): the first one is F1.
    """

    answers: deque[MusterError | None] = field(default_factory=deque)
    after_arrival: deque[MusterError] = field(default_factory=deque)
    look_ups: deque[MusterError] = field(default_factory=deque)
    arrived: list[tuple[str, Receipt]] = field(default_factory=list)
    sent: list[StoredPost] = field(default_factory=list)
    removed: list[Receipt] = field(default_factory=list)
    edit_answers: deque[MusterError | None] = field(default_factory=deque)
    after_edit: deque[MusterError] = field(default_factory=deque)
    edited: list[StoredPost] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    upload_answers: deque[MusterError | None] = field(default_factory=deque)
    after_upload: deque[MusterError] = field(default_factory=deque)
    uploaded: list[tuple[str, bytes, str]] = field(default_factory=list)

    async def send(self, post: StoredPost) -> Receipt:
        answer = self.answers.popleft() if self.answers else None
        if answer is not None:
            raise answer
        receipt = Receipt(channel=post.recipient, ts=f"{len(self.arrived) + 1}.000000")
        self.arrived.append((post.delivery_key, receipt))
        self.sent.append(post)
        self.shown[receipt.ts] = post.text
        if self.after_arrival:
            raise self.after_arrival.popleft()
        return receipt

    async def find(self, post: StoredPost, *, since: datetime) -> list[Receipt]:
        if self.look_ups:
            raise self.look_ups.popleft()
        return [receipt for key, receipt in self.arrived if key == post.delivery_key and receipt not in self.removed]

    async def edit(self, post: StoredPost) -> None:
        answer = self.edit_answers.popleft() if self.edit_answers else None
        if answer is not None:
            raise answer
        assert post.ts in self.shown, "nobody edits what is not there"
        self.edited.append(post)
        self.shown[post.ts] = post.text
        if self.after_edit:
            raise self.after_edit.popleft()

    async def remove(self, receipt: Receipt) -> None:
        self.removed.append(receipt)

    async def upload(self, name: str, content: bytes, alt: str) -> Handed:
        answer = self.upload_answers.popleft() if self.upload_answers else None
        if answer is not None:
            raise answer
        self.uploaded.append((name, content, alt))
        if self.after_upload:
            raise self.after_upload.popleft()
        return Handed(f"F{len(self.uploaded)}", f"https://files.example/F{len(self.uploaded)}")

    def image_of(self, handed: Handed) -> dict[str, Any]:
        return {"slack_file": {"id": handed.file_id}}
