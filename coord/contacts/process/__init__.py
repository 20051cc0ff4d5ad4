"""The process record of a service: how it was done, what the worker made of it, what comes next."""
