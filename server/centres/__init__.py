"""What a centre sees of its own cameras, and what may be done to them."""
