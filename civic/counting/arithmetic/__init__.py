"""Numbers of a count: quick loops over many purses, and bounds that are always true."""
