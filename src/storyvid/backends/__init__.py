"""Model families, one module each. `base` holds the contract they all keep."""
