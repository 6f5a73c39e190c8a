"""How trust in suppliers and ties to a patron move."""
