"""Forms of reintegration, one file per subject: they check shape; the rules are in the services."""
