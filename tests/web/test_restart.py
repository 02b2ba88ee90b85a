"""A page whose daemon is stopped and started again."""

import json

from playwright.sync_api import expect

from servers.daemon import DaemonProcess
from web.site import configuration


def test_the_session_goes_on_after_a_restart(new_page, tmp_path):
    config = json.loads(json.dumps(configuration(tmp_path), default=str))
    with DaemonProcess(tmp_path, config) as daemon:
        page = new_page(f"http://127.0.0.1:{daemon.port}/")
        page.sign_in()
        page.search("stern")
        page.shows("Ada Stern")
        assert daemon.stop() == 0
        page.errors.may_lose_connection = True
        page.search("müll")
        expect(page.alert).to_contain_text("The directory can't be reached.")
        daemon.start()
        page.search("mülle")
        page.shows("Éric Müller")
        expect(page.alert).to_have_count(0)
