"""What the product is measured against: the least code that gives the same result."""
