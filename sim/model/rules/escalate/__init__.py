"""Clashes, tension, displays, the decision to attack, and a patron's answer to a call."""
