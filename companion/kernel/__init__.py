"""What has no therapy in it: time, ids, ratings, errors. Imports nothing of companion."""
