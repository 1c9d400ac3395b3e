"""Benchmarks beside their peers, each one command."""
