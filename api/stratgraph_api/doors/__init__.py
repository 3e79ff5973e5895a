"""One module a door, named as its address."""
