"""What the pages of sessions may send, and the words for what may be chosen."""
