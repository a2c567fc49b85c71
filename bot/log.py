"""Logs: an event name and fields, never a secret, never a user's text."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

_SECRET = re.compile(
    r"xox[abeprs]-[\w-]+|xapp-[\w-]+|xoxe[\w.-]+|https://hooks\.slack\.com/\S+|muster_[\w-]{43}"
    # A password may hold / and @, and stand without a user: up to the last @ of the word.
    r"|//[^/\s:@\"'<>]*:[^\s\"'<>]+@"
    r"|(?i:\w*password)\s*=\s*(?:'[^']*'|\"[^\"]*\"|[^\s&;,]+)"
)


def masked(text: str) -> str:
    """*text* with tokens, keys, webhook addresses and passwords (in URLs, or after `password=`) blotted out."""
    return _SECRET.sub("[secret]", text)


def set_up(*, level: int = logging.INFO) -> None:
    """Write JSON lines to stderr, for Muster's own events and for the libraries' warnings."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # stderr is looked up per line: whoever redirects it later is obeyed.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.processors.JSONRenderer()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    # The libraries speak from WARNING up only: at DEBUG the Slack SDK prints refresh tokens and message texts.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def logger() -> FilteringBoundLogger:
    """Where to write events: `logger().info("post.sent", key=key)`."""
    found: FilteringBoundLogger = structlog.get_logger()
    return found


def _mask_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}
