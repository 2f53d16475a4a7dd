"""Equal shares with bounded overspending, as published (BOS) and refined (BOS+)."""
