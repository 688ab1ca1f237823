"""Pages of orientation and courses, one file per subject."""
