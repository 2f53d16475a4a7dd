"""What every rule is given and what it gives back: limits, ties, winners and their reasons."""
