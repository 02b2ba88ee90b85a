"""Personal contacts: what one user wrote down, seen by nobody else."""
