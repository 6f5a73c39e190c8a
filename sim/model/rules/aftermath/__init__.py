"""What a war leaves behind."""
