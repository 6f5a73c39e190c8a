"""How states weigh arsenals, and misjudge them."""
