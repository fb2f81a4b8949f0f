"""What the pages of the contract may send, and the words for what may be chosen."""
