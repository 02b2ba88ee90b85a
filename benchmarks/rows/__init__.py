"""What is measured: a module per thing, each answers its rows."""
