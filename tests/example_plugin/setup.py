"""A backend, a view, a listener and documents for phones of a third party, and plugins with every kind of defect."""

from setuptools import setup

setup(
    name="xivo-dird-team",
    version="1.0",
    py_modules=[
        "xivo_dird_team",
        "xivo_dird_count",
        "xivo_dird_pong",
        "xivo_dird_vendor",
        "xivo_dird_broken",
        "xivo_dird_hanging_import",
    ],
    data_files=[("", ["xivo_dird_vendor.xml"])],
    entry_points={
        "xivo_dird.backends": [
            "team = xivo_dird_team:TeamBackend",
            "broken_import = xivo_dird_broken_import:Nothing",
            "raising = xivo_dird_broken:RaisingBackend",
            "hanging = xivo_dird_broken:HangingBackend",
            "unmakable = xivo_dird_broken:UnmakableBackend",
            "hanging_version = xivo_dird_broken:HangingVersionBackend",
            "nonsense = xivo_dird_broken:NonsenseBackend",
            "hanging_import = xivo_dird_hanging_import:Nothing",
            "bad_settings = xivo_dird_broken:BadSettingsBackend",
            "bad_options = xivo_dird_broken:BadOptionsBackend",
            "no_options = xivo_dird_broken:NoOptionsBackend",
            "not_a_backend = xivo_dird_broken:NOT_A_BACKEND",
        ],
        "xivo_dird.listeners": [
            "pong = xivo_dird_pong:PongListener",
            "raising = xivo_dird_broken:RaisingListener",
            "unmakable = xivo_dird_broken:UnmakableListener",
            "not_a_listener = xivo_dird_broken:NOT_A_BACKEND",
        ],
        "xivo_dird.views": [
            "count = xivo_dird_count:register",
            "acme_view = xivo_dird_vendor:VENDOR",
            "broken_view = xivo_dird_broken:broken_view",
            "hanging_view = xivo_dird_broken:hanging_view",
        ],
    },
)
