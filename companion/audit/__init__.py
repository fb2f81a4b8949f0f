"""Who did what, and who looked: append-only, chained, in the same transaction as what was done."""
