"""A phone of each vendor, as its software behaves."""

from phones.simulated import browsers, phonebooks
from phones.simulated.phone import Phone

PHONES: dict[str, type[Phone]] = {
    phone.vendor: phone
    for phone in (
        browsers.Aastra,
        browsers.Cisco,
        browsers.Fanvil,
        browsers.Polycom,
        browsers.Snom,
        browsers.Unify,
        phonebooks.FanvilV2,
        phonebooks.Gigaset,
        phonebooks.Grandstream,
        phonebooks.Htek,
        phonebooks.Panasonic,
        phonebooks.Thomson,
        phonebooks.ThomsonTb30,
        phonebooks.Yealink,
    )
}
"""The phone of each vendor, by the last segment of its paths."""
