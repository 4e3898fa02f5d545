"""A small database of each release; every later migration must upgrade all of them."""
