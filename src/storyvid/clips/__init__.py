"""Clips: their fingerprint, the store that keeps them, and the loop that renders one."""
