"""Waits for a condition instead of for a time."""

import asyncio
import time


def until(condition, *, within_s=20.0):
    """The first true value of ``condition()``; fails when it has none in time."""
    deadline = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {condition.__name__}"
        time.sleep(0.02)
    return value


async def arrives(condition, *, within_s=20.0):
    """``until`` on an event loop."""
    deadline = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {condition.__name__}"
        await asyncio.sleep(0.02)
    return value
