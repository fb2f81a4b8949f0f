"""The keys that people's words are sealed with."""
