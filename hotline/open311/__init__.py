"""Open data out: a read-only Open311 GeoReport v2 interface, redacted, with a key for each client."""
