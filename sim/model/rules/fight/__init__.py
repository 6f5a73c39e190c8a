"""How a war under way is fought and ends."""
