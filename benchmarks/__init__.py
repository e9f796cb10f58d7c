"""Measurements behind the documentation's figures. Run with `make bench`; never part of the tests."""
