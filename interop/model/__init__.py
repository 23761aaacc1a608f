"""Words of the domain: records, identifiers, code systems, the canonical form, ports."""
