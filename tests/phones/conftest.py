"""A daemon with people for phones, as a process, and the phones of every vendor."""

import pytest
import yaml

from api.conftest import TENANT, USER
from phones.people import PEOPLE, phone_configuration
from phones.simulated import PHONES
from servers.daemon import DaemonProcess

LOOPBACK = {"subnet": "127.0.0.0/8", "tenant_uuid": TENANT}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Start a daemon that phones on this host may use; return its URL."""
    folder = tmp_path_factory.mktemp("phones")
    config = phone_configuration(folder, PEOPLE)
    config["access"] = {"default": {"methods": ["network"], "authorized_subnets": [LOOPBACK]}}
    with DaemonProcess(folder, plain(config)) as daemon:
        yield f"http://127.0.0.1:{daemon.port}"


@pytest.fixture
def new_phone(root):
    """Return the function that provisions a phone of a vendor."""

    def new_phone(vendor, profile="default", family="user"):
        return PHONES[vendor](root, USER, profile, family)

    return new_phone


@pytest.fixture(params=sorted(PHONES))
def vendor(request):
    """Return each vendor."""
    return request.param


@pytest.fixture
def phone(new_phone, vendor):
    """Provision a phone of each vendor."""
    return new_phone(vendor)


def plain(config):
    """Return a configuration with texts instead of paths, without what each process has of its own."""
    kept = {key: value for key, value in config.items() if key not in {"log_filename", "state_directory"}}
    return yaml.safe_load(yaml.dump(kept, Dumper=_PathDumper))


class _PathDumper(yaml.SafeDumper):
    pass


_PathDumper.add_multi_representer(object, lambda dumper, value: dumper.represent_str(str(value)))
