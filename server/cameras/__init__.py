"""Which cameras see a place, and how they are reached."""
