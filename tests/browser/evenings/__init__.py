"""The five evenings of the case, each from the first tap to the last, on a phone with the app on it."""
