"""Engine, transactions, migrations; nothing of any resource."""
