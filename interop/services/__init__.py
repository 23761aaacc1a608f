"""Sub-platforms that each region already has; the gateway hands cases on to them."""
