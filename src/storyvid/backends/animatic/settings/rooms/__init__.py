"""Interiors, by what they are for. `shell` builds walls and floor, `fittings` the furniture that several share."""
