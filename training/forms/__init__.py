"""Forms of orientation and courses: they check shape; the rules are in the services."""
