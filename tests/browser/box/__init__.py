"""Writing that can't be lost: Now on a phone whose connection, storage, clock or owner is not what it should be."""
