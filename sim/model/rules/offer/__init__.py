"""Whom suppliers arm, with what, at which price."""
