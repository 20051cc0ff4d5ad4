"""Figures kept ready: sums and persons by month, what was written since they were folded, and the proof that they are right."""
