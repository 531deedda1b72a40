"""A page picture becomes straight ink layers that a reader can read."""
