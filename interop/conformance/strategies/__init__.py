"""Hypothesis strategies, one module per room."""
