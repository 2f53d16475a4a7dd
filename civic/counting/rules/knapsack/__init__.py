"""The set of projects worth the most that the budget and the limits allow."""
