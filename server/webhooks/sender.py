"""Sends what is waiting, a few addresses at a time and one message to each: a slow one keeps nobody else waiting."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from server import logs
from server.cameras.credentials import Vault, VaultClosed
from server.db import Transaction
from server.errors import WebhookAddressInvalid
from server.webhooks import address, queue, sign
from server.webhooks.address import AddressRefused
from server.webhooks.post import TOTAL_S, PostFailed, post
from server.webhooks.queue import Parcel

AT_ONCE = 12
IN_A_ROW = 100  # to one address, before others have their turn
LOG = logs.get("webhooks")


class Sender:
    """Threads of this process that send. Two such processes send each message once, as long as neither dies."""

    def __init__(
        self,
        doors: tuple[Transaction, Transaction],
        vault: Vault,
        networks: Sequence[str],
        *,
        now: Callable[[], datetime],
        total_s: float = TOTAL_S,
    ) -> None:
        """``doors``: the database's, to read and to write."""
        self._read, self._write = doors
        self._vault, self._networks, self._now, self._total_s = vault, networks, now, total_s
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def tick(self) -> None:
        """Begin with the addresses that have something waiting, as far as there are threads. Returns at once."""
        with self._lock:
            busy = set(self._busy)
        free = AT_ONCE - len(busy)
        if not free:
            return
        with self._read() as session:
            found = queue.waiting(session, busy, now=self._now(), most=free)
        for webhook_id in found:
            with self._lock:
                self._busy.add(webhook_id)
            self._threads.submit(self._serve, webhook_id)

    def close(self) -> None:
        """Wait for the tries that are under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _serve(self, webhook_id: str) -> None:
        """Send to one address what is waiting for it, while it takes it."""
        try:
            for _ in range(IN_A_ROW):
                with self._write() as session:
                    parcel = queue.take(session, webhook_id, now=self._now())
                if parcel is None:
                    return
                answer = self._try(parcel)
                with self._write() as session:
                    goes_on = queue.settle(session, parcel.number, answer, now=self._now())
                if not goes_on:
                    return
        except Exception:
            LOG.exception("a delivery could not be noted", webhook=webhook_id)
        finally:
            with self._lock:
                self._busy.discard(webhook_id)

    def _try(self, parcel: Parcel) -> int | str:
        """The status of the answer, or the code of why there is none."""
        try:
            target = address.checked(parcel.url, self._networks)
            where = address.resolved(target, self._networks)
            signed = sign.headers(self._vault.open(parcel.sealed_secret), parcel.id, parcel.body, at=self._now())
            return post(target, where, parcel.body, signed, total_s=self._total_s)
        except WebhookAddressInvalid:
            return "address_not_allowed"
        except VaultClosed:
            return "secret_unreadable"
        except (AddressRefused, PostFailed) as failure:
            return str(failure)
