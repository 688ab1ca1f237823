"""The bootstrap behind scripts/demo, scripts/test and scripts/check; standard library only."""
