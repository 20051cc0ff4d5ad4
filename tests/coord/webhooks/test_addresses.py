"""Where webhooks may go, and signatures by the published vector."""

import base64

import pytest

from coord.webhooks.addresses import check_url, is_allowed
from coord.webhooks.rules import GAPS, LASTS, is_taken
from coord.webhooks.signing import new_secret, signature

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
INSIDE = [
    "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "255.255.255.255",
    "198.18.0.1", "192.0.2.1", "240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1",
]  # fmt: skip
HERE = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_may_be_asked(address: str) -> None:
    assert is_allowed(address, loopback=False)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_inside_may_not(address: str) -> None:
    assert not is_allowed(address, loopback=True)


@pytest.mark.parametrize("address", HERE)
def test_this_machine_may_be_asked_by_a_setting_only(address: str) -> None:
    assert (is_allowed(address, loopback=False), is_allowed(address, loopback=True)) == (False, True)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.org/", "WEBHOOK_NEEDS_HTTPS"),
        ("ftp://hooks.example.org/", "WEBHOOK_NEEDS_HTTPS"),
        ("file:///etc/passwd", "WEBHOOK_NOT_AN_ADDRESS"),
        ("hooks.example.org", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://user:" + "pass@hooks.example.org/", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://hooks.example.org/#x", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://hooks.example.org:99999/", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://hooks.example.org\\@10.0.0.1/", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://钩子.example/", "WEBHOOK_NOT_AN_ADDRESS"),
        ("https://10.0.0.1/", "WEBHOOK_INSIDE"),
        ("https://[::1]/", "WEBHOOK_INSIDE"),
        ("https://[fe80::1]/", "WEBHOOK_INSIDE"),
        ("https://169.254.169.254/latest/meta-data", "WEBHOOK_INSIDE"),
        ("https://localhost/", "WEBHOOK_INSIDE"),
        ("https://localhost./", "WEBHOOK_INSIDE"),
        ("https://db.internal/", "WEBHOOK_INSIDE"),
        ("https://redis/", "WEBHOOK_INSIDE"),
        ("https://2130706433/", "WEBHOOK_INSIDE"),
        ("https://0x7f.0.0.1/", "WEBHOOK_INSIDE"),
        ("https://127.1/", "WEBHOOK_INSIDE"),
    ],
)
def test_addresses_that_must_not_be_added(url: str, code: str) -> None:
    assert [one.code for one in check_url(url, loopback=False)] == [code]


@pytest.mark.parametrize("url", ["https://hooks.example.org/coord?x=1", "https://93.184.216.34:8443/"])
def test_an_address_of_the_internet_may_be_added(url: str) -> None:
    assert list(check_url(url, loopback=False)) == []


def test_plain_http_goes_to_this_machine_alone() -> None:
    assert list(check_url("http://127.0.0.1:8080/", loopback=True)) == []
    assert [one.code for one in check_url("http://10.0.0.1/", loopback=True)] == ["WEBHOOK_NEEDS_HTTPS"]


def test_the_published_example_of_a_signature() -> None:
    """The example of the Standard Webhooks specification."""
    body = b'{"test": 2432232314}'
    made = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_have_256_bits_and_differ() -> None:
    first, second = new_secret(), new_secret()
    assert (first != second, len(base64.b64decode(first.removeprefix("whsec_")))) == (True, 32)


def test_the_gaps_grow_and_fill_a_day() -> None:
    assert list(GAPS) == sorted(GAPS)
    assert LASTS * 0.9 < sum(GAPS, start=LASTS * 0) <= LASTS
    assert [is_taken(status) for status in (200, 204, 301, 410, 500, None)] == [True, True, False, False, False, False]
