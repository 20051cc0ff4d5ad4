"""Jobs: each opens a unit as a narrow system actor and calls the domain."""
