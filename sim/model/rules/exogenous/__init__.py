"""What nobody in the region decides."""
