"""The demonstration: the FORAS data set, a programme of today, and an account per role."""
