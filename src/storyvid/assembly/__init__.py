"""From clips to the film: timeline, transitions, captions, contact sheet, and one encode."""
