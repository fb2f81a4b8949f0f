"""What the pages of Now, and those beside it, may send."""
