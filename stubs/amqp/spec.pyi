class Basic:
    Deliver: tuple[int, int]
    Publish: tuple[int, int]
