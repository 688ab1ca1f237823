"""Pictures of the demonstration for the documentation."""
