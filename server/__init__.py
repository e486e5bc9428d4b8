"""The dispatch and token service: decides which camera, for whom, and until when."""
