"""From a report to the units on their way."""
