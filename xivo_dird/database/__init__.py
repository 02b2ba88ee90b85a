"""The database engine, transactions and migrations; it contains no code for a particular resource."""
