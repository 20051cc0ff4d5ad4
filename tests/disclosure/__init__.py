"""Whether what is published lets anybody be worked out: the eleven tests of disclosure, and the attack on the endpoint."""
