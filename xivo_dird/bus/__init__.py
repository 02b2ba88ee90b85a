"""The message bus: publishes recorded events, passes incoming ones to listeners; only it uses kombu."""
