"""전자발찌: from a violation at the location centre to the cameras that follow, and to the end of both."""
