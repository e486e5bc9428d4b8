"""What the demo can play: each scenario in a file, by the public API, as rooms and machines would."""
