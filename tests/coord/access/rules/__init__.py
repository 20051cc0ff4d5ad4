"""Pure tests of the kernel of access: no world, no database of its own. Every mutant of the kernel must fail here."""
