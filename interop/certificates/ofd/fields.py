"""Values: placeholder."""
Field = Provenance = read_fields = None
