class Connection:
    bytes_recv: int
