"""Fitting a model to the card: which profile, and (with the diffusion backends) applying it."""
