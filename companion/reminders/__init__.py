"""Reminders that say nothing and stop when asked. So far only what would be due; nothing is stored or sent yet."""
