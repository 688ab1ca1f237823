"""What scripts/bench measures: the product beside yardsticks, on invented people."""
