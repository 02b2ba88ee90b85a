"""The declarations of all vendors, as the entry points name them."""

from importlib.metadata import entry_points

from xivo_dird.phone import PhoneVendor

VENDORS: dict[str, PhoneVendor] = {
    vendor.key: vendor
    for point in entry_points(group="xivo_dird.views")
    if point.module.startswith("xivo_dird_phones.")
    for vendor in [point.load()]
}
"""The vendors by the last segment of their paths."""
