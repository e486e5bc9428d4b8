"""The streaming tier: one ffmpeg per wanted camera, packaged as low-latency HLS in memory."""
