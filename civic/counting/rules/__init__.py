"""The voting rules: one module for each, or a folder where it takes several to be exact."""
