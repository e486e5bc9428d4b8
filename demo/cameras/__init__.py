"""Cameras that speak RTSP: many in one process, each playing its minute in step with the wall clock."""
