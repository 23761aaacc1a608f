"""Test any region against the requirements; holds the strategies that all tests draw from."""
