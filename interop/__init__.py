"""Receive a government service case in one region, have it handled in another."""
