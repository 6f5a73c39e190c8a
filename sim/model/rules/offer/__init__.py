"""Whom suppliers license, with what, at which price; and sanctions."""
