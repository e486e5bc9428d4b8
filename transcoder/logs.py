"""Logs: one JSON object a line on standard error: camera ids, epochs, states, codes. Nothing that opens a camera."""

import sys
from typing import Any

import structlog


def configure() -> None:
    """Send this process's logs to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> Any:
    """A logger; ``name`` says which part speaks."""
    return structlog.get_logger(part=name)
