"""How a message says that it is ours: HMAC-SHA256 over its id, its time and its body. Pure.

Source: Standard Webhooks 1.0.0, "Signature scheme"; receivers refuse a time that is more than five minutes off.
"""

import base64
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"


def secret_of(seed: str) -> str:
    """The secret as receivers' libraries take it: ``whsec_`` and the base64 of its bytes."""
    return PREFIX + base64.b64encode(seed.encode()).decode()


def headers(secret: str, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` (Unix seconds) and ``webhook-signature`` (``v1,`` and base64)."""
    seconds = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, b".".join((message_id.encode(), seconds.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
