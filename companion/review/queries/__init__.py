"""Reads for the pages of review, one subject a file. They load from the other rooms, each as its viewer may."""
