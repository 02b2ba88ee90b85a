"""Personal contacts: the contacts of one user, which no other user can see."""
