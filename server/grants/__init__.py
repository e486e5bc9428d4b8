"""임시 권한: what a supervisor gives to who was not sent."""
