"""Wanted vehicles: from what a plate reader saw to the room that looks for it."""
