"""Pages of reintegration, one file per page family."""
