"""Refusals without end: the audit log stays readable, and says how many there were."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pipeline.archive import Archive
from pipeline.desk import accounts, audit
from pipeline.desk.accounts import network_of, sign_in
from pipeline.desk.audit import note
from pipeline.desk.store import Store
from pipeline.desk.tables import Event

from .conftest import Client


def rows(store: Store, action: str) -> list[Event]:
    with store.look() as work:
        return list(work.scalars(select(Event).filter_by(action=action).order_by(Event.id)))


def test_a_flood_from_one_address_is_counted_and_hides_no_other(archive: Archive) -> None:
    store = Store(archive.engine)
    for number in range(200):
        note(store, f"tên {number}", "10.0.0.9", "sign-in-failed")
    note(store, "lan", "10.0.0.7", "sign-in-failed")
    alone = rows(store, "sign-in-failed")
    assert len(alone) == audit._OF_ONE + 1
    assert (alone[-1].who, alone[-1].address) == ("lan", "10.0.0.7")
    (more,) = rows(store, "sign-in-failed-more")
    assert (more.address, more.detail) == ("10.0.0.9", str(200 - audit._OF_ONE))


def test_a_flood_from_everywhere_is_bounded(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_OF_ALL", 40)
    store = Store(archive.engine)
    for number in range(300):
        note(store, "lan", f"10.0.{number % 256}.{number // 256}", "sign-in-failed")
    with store.look() as work:
        assert work.scalar(select(func.count(Event.id))) == 41
    (more,) = rows(store, "sign-in-failed-more")
    assert (more.address, more.detail) == ("", "260")


def test_the_next_hour_begins_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(archive.engine)
    for hour in ("08", "09"):
        monkeypatch.setattr(audit, "now", lambda hour=hour: f"2026-01-02T{hour}:00:00Z")
        for _ in range(50):
            note(store, "lan", "10.0.0.9", "refused", "/admin/users")
    assert len(rows(store, "refused")) == 2 * audit._OF_ONE
    assert [row.subject for row in rows(store, "refused-more")] == [
        "2026-01-02T08",
        "2026-01-02T09",
    ]


def test_an_administrator_reads_it(browser: Client, archive: Archive) -> None:
    store = Store(archive.engine)
    for _ in range(35):
        note(store, "ai", "10.0.0.9", "sign-in-failed")
    page = browser("sếp").get("/admin/audit").text
    assert "chỉ đếm" in page


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.9", "10.0.0.9"), ("::ffff:10.0.0.9", "10.0.0.9"), ("testclient", "testclient"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"), ("", ""),
    ],
)  # fmt: skip
def test_whose_address_it_is(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_network_of_ipv6_is_one_who_guesses(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(accounts._PATIENCE, "address", 3)
    store = Store(archive.engine)
    tries = [sign_in(store, f"n{n}", "sai", f"2001:db8::{n:x}") for n in range(4)]
    assert tries[0] == 0
    assert isinstance(tries[-1], float)
    assert tries[-1] > 0
