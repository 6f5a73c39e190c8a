"""Clashes, tension, and the decision to attack."""
