"""What the simulated cameras see: streets drawn once, with a clock in the picture that machines can read."""
