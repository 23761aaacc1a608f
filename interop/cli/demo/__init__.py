"""``interop demo``: one case across the delta, in real processes over real HTTP."""
