"""What states aim to spend."""
