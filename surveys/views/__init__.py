"""Pages of surveys, one file per family."""
