"""Test any region against the requirements; ships the strategies that this project's own tests use."""
