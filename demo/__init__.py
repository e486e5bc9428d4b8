"""A simulated province: cameras that speak RTSP, people with accounts, and a call that comes in."""
