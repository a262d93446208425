"""Films that were rendered before, once more: a run that was cut short goes on, a film is rendered again from its recipe."""
