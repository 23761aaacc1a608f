"""The only orchestrator and the only place where rooms are wired; no rule of its own."""
