"""Tests of review: screening, routing, determination, outcome."""
