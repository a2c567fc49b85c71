"""Files on their way into the sandbox: announced, sent to an address of their own, and shared."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UPLOADS = "/upload/v1/"


@dataclass(kw_only=True)
class Upload:
    """A file that an app announced. *content* is None until its bytes came; it is shared once at most."""

    id: str
    app_id: str
    name: str
    length: int
    content: bytes | None = None
    is_shared: bool = False


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """A file as people find it: *message_ts* is the message in *channel* that brought it, None of one that was not
    shared with anybody.
    """

    id: str
    name: str
    title: str
    content: bytes
    channel: str | None
    message_ts: str | None
    comment: str

    def as_slack(self) -> dict[str, Any]:
        """As messages carry it."""
        return {"id": self.id, "name": self.name, "title": self.title, "size": len(self.content), "mode": "hosted"}

    def as_json(self) -> dict[str, Any]:
        """As it goes over the wire; `from_json` takes it."""
        return {**vars(self), "content": self.content.hex()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "SharedFile":
        """What `as_json` gave."""
        return cls(**{**found, "content": bytes.fromhex(found["content"])})


@dataclass(kw_only=True)
class Uploads:
    """What was announced, by address and by id, and what was shared, oldest first."""

    addresses: dict[str, Upload] = field(default_factory=dict)
    shared: list[SharedFile] = field(default_factory=list)

    def announce(self, app_id: str, name: str, length: int) -> tuple[str, Upload]:
        """A new upload, and the path that takes its bytes."""
        upload = Upload(id=f"F{len(self.addresses) + 1:04}FILE", app_id=app_id, name=name, length=length)
        path = f"{UPLOADS}{secrets.token_urlsafe(12)}"
        self.addresses[path] = upload
        return path, upload

    def of(self, app_id: str, file_id: str) -> Upload | None:
        """The upload of this id, of which all bytes came and which was not shared yet; None when there is none."""
        return next((one for one in self.addresses.values() if _is_ready(one, app_id, file_id)), None)

    def take(self, path: str, content: bytes) -> tuple[int, bytes]:
        """Keep the bytes that were posted to *path*; the status and the words that Slack answers with."""
        upload = self.addresses.get(path)
        if upload is None or upload.is_shared:
            return 404, b"not found"
        if len(content) != upload.length:
            return 400, b"wrong size"
        upload.content = content
        return 200, f"OK - {len(content)}".encode()


def _is_ready(upload: Upload, app_id: str, file_id: str) -> bool:
    return (upload.id, upload.app_id) == (file_id, app_id) and upload.content is not None and not upload.is_shared
