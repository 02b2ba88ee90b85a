"""The software bus: the only folder that knows kombu. Events go out in order, and come in to listeners."""
