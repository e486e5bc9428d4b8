"""How the processes of one host are started, watched and stopped."""
