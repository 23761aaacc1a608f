"""Each capability measured, against its peers where it has some."""
