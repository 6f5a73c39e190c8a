"""How trust in suppliers moves."""
