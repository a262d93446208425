"""What keeps one chunk like the one before: which frame is handed over, whose colours are kept, and what is seen of the join."""
