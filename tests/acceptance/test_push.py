"""A hub is told within seconds of what the running service publishes."""

import json

from hubs import fake_hub
from sites import free_port, wait_until

FRESH = "10 September, 2017\n\nHonduras opens a shelter\n\nA shelter for returned migrants opened in Honduras.\n\n"


def told(hub, feed):
    return any(topic.endswith(feed) for topic in hub.told)


def test_a_dropped_bulletin_is_announced_and_feeds_name_the_hub(site):
    with fake_hub() as hub:
        site.environment["FEEDSVC_FEEDS__HUB"] = hub.url
        site.environment["FEEDSVC_SCHEDULE__TICK_EVERY"] = "60"
        with site.serving() as service:
            wait_until(lambda: json.loads(service.get("/healthz")[2])["announcements"] == 0 and hub.told)
            hub.told.clear()
            (site.root / "bulletins" / "new.txt").write_text(FRESH)
            wait_until(lambda: told(hub, "/feeds/country/hn.atom"), seconds=8, what="the announcement")
            for extension in ("atom", "rss", "json"):
                _, headers, body = service.get(f"/feeds/all.{extension}")
                links = headers["Link"]
                assert f'<{hub.url}>; rel="hub"' in links
                assert f'<http://localhost:8000/feeds/all.{extension}>; rel="self"' in links
                assert hub.url.encode() in body
            assert not told(hub, "/feeds/country/cr.atom")


def test_a_hub_that_was_down_is_told_after_a_restart(site):
    port = free_port()
    site.environment["FEEDSVC_FEEDS__HUB"] = f"http://127.0.0.1:{port}/"
    with site.serving() as service:
        wait_until(service.titles, what="the feeds")
        wait_until(lambda: site.json("status")["hub_failure"], what="the failure")
    waiting = site.json("status")["announcements"]
    assert waiting > 0
    assert "can't be reached" in site.run("status")
    with fake_hub(port) as hub, site.serving():
        wait_until(lambda: len(hub.told) == waiting, seconds=60, what="all announcements")
    assert (site.json("status")["announcements"], site.json("status")["hub_failure"]) == (0, None)
