"""Logs: one JSON object a line on standard error. Ids, not objects; a secret has no way in.

Lines are inert, whatever a field holds. Fields whose name says secret are blanked here too, so that one careless call
does not leak.
"""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from server.inert import inert

SECRET = re.compile(r"token|password|secret|authorization|cookie|^sid$|url", re.IGNORECASE)
BEARER = re.compile(r"\b(Bearer|Basic|DPoP)\s+\S+|(?<=://)[^@/\s]+(?=@)|/live/[^/\s]+", re.IGNORECASE)

Event = MutableMapping[str, Any]


def configure() -> None:
    """Send this process's logs, the standard library's included, to standard error as JSON."""
    structlog.configure(
        processors=[*_shared(), _line()],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every tick


def formatter() -> logging.Formatter:
    """What turns a record of the standard library into one of our lines."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _line(),
        ],
        foreign_pre_chain=_shared(),
    )


def _line() -> Any:
    def written(event: Event, **given: Any) -> str:
        return inert(json.dumps(event, ensure_ascii=False, **given))

    return structlog.processors.JSONRenderer(serializer=written)


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        blank_secrets,
    ]


def blank_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Blank fields named like secrets, and tokens, passwords and session ids inside text."""
    for key, value in event.items():
        if SECRET.search(key):
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = BEARER.sub("***", value)
    return event


def get(name: str) -> Any:
    """A logger; ``name`` says which part speaks."""
    return structlog.get_logger(part=name)
