"""Rules for texts: folding, the keypad, typing errors."""
