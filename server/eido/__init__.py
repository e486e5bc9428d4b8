"""EIDO-JSON (NENA-STA-021.1b-2022): incidents of other control rooms' systems in, ours out."""
