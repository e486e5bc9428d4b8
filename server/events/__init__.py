"""Push: what is in the outbox reaches the pages that it concerns, as Server-Sent Events."""
