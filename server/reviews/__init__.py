"""점검: reading the record for what is odd, demanding explanations, and inspecting each month."""
