"""Webhooks: what happens to a room's incidents, sent to its systems, signed, until it has arrived or is given up."""
