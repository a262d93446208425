"""Storyboards: what may be said (`schema`), reading them (`load`), and advice (`lint`)."""
