"""How urgently states have their arms brought in."""
