"""Faults on purpose: real processes are killed at random moments, and what must hold is counted afterwards."""
