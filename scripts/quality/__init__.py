"""Checks of this project that no ready-made tool makes."""
