"""What states aim to spend, and which class of arms they want next."""
