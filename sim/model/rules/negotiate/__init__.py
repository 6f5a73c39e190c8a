"""What speeds or stalls talks."""
