"""Pages of cases, one file per subject."""
