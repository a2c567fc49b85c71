"""Files on their way into the sandbox: announced, sent to an address of their own, and shared."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.rules.schema import at

UPLOADS = "/upload/v1/"
PRIVATE, PERMALINKS = "https://files.sandbox.slack.com/files-pri", "https://sandbox.slack.com/files"
IMAGES = (".png", ".jpg", ".jpeg", ".gif")
"""What a file that blocks show may be."""


@dataclass(kw_only=True)
class Upload:
    """A file that an app announced, with *alt*, which says in words what it shows. *content* is None until its bytes
    came; it is shared once at most.
    """

    id: str
    app_id: str
    name: str
    length: int
    alt: str = ""
    content: bytes | None = None
    is_shared: bool = False


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """A file as people find it: *message_ts* is the message in *channel* that brought it, None of one that was not
    shared with anybody, and that people see only where the app's blocks show it.
    """

    id: str
    app_id: str
    name: str
    title: str
    content: bytes
    channel: str | None
    message_ts: str | None
    comment: str
    alt: str = ""

    @property
    def url(self) -> str:
        """Where a program finds its content, with a token."""
        return f"{PRIVATE}/{self.id}/{self.name}"

    @property
    def permalink(self) -> str:
        """Where people who may see it find it."""
        return f"{PERMALINKS}/{self.id}/{self.name}"

    def as_slack(self) -> dict[str, Any]:
        """As messages carry it."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "size": len(self.content),
            "mode": "hosted",
            "url_private": self.url,
            "permalink": self.permalink,
        }

    def as_json(self) -> dict[str, Any]:
        """As it goes over the wire; `from_json` takes it."""
        return {**vars(self), "content": self.content.hex()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "SharedFile":
        """What `as_json` gave."""
        return cls(**{**found, "content": bytes.fromhex(found["content"])})


@dataclass(kw_only=True)
class Uploads:
    """What was announced, by address and by id, and what was shared, oldest first.

    Slack needs a while before blocks may show a new file: so many more messages that do are refused (*unready*).
    """

    addresses: dict[str, Upload] = field(default_factory=dict)
    shared: list[SharedFile] = field(default_factory=list)
    unready: int = 0

    def announce(self, app_id: str, name: str, length: int, alt: str = "") -> tuple[str, Upload]:
        """A new upload, and the path that takes its bytes."""
        upload = Upload(id=f"F{len(self.addresses) + 1:04}FILE", app_id=app_id, name=name, length=length, alt=alt)
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

    def problems(self, app_id: str, blocks: Any) -> list[str]:
        """What is wrong with the files that well-formed *blocks* of this app show: pictures that it uploaded itself."""
        places = list(_places(blocks, "/blocks"))
        if places and self.unready:
            self.unready -= 1
            return [_invalid(pointer) for pointer, _ in places]
        shown = [one for one in self.shared if one.app_id == app_id and one.name.lower().endswith(IMAGES)]
        known = {name for one in shown for name in (one.id, one.url, one.permalink)}
        return [_invalid(pointer) for pointer, name in places if name not in known]


def _places(part: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Where blocks show a file, and its id or address."""
    match part:
        case {"slack_file": {"id": str(name)} | {"url": str(name)}}:
            yield f"{pointer}/slack_file", name
        case dict():
            for key, value in part.items():
                yield from _places(value, f"{pointer}/{key}")
        case list():
            for place, value in enumerate(part):
                yield from _places(value, f"{pointer}/{place}")
        case _:
            """A value."""


def _invalid(pointer: str) -> str:
    return at("invalid slack file", pointer)


def _is_ready(upload: Upload, app_id: str, file_id: str) -> bool:
    return (upload.id, upload.app_id) == (file_id, app_id) and upload.content is not None and not upload.is_shared
