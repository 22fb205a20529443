"""Élodie adds a passkey, keeps her recovery codes, and opens her account with them and without her
password; without scripts she is offered the other ways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from parvis.ui.testing import follow
from tests.journeys.test_from_an_idea_to_an_answer import (
    PASSWORD,
    WORDS,
    look,
    open_account,
    sign_in,
    submit,
    wait_for_mail,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

ENGLISH = WORDS["en"]
SECURITY = "/en/my-account/security/"
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_keys(page):
    """Give the browser a device that keeps passkeys and unlocks them at once."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return wire, made["authenticatorId"]


def hold_back(device, *, held):
    """Keep the device from answering, or let it answer what it is asked from now on."""
    wire, keys = device
    wire.send(
        "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": keys, "enabled": not held}
    )


def press(page, name):
    follow(page, page.get_by_role("button", name=name))


def sign_out(page):
    page.goto("/en/my-account/sign-out/")
    press(page, "Sign out")


def add_passkey(page, see):
    """Add a passkey on the page of security, and return the recovery codes made after it."""
    page.goto(SECURITY)
    see(page, "security-before")
    follow(page, page.get_by_role("link", name="Add a passkey"))
    page.fill("main input[type=password]", PASSWORD)
    submit(page)
    see(page, "passkey-add")
    press(page, "Make my passkey")
    page.wait_for_url("**/security/codes/")
    press(page, "Make recovery codes")
    see(page, "codes")
    return page.locator("main li.code").all_inner_texts()


def open_with_proposed_passkey(page):
    """The field of the address proposes a passkey, the device gives it, and nothing is typed."""
    sign_out(page)
    page.goto(f"{ENGLISH['sign_in']}?next={SECURITY}")
    page.wait_for_url(re.compile(rf"^[^?]*{SECURITY}$"))


def open_with_passkey_alone(page, see, device):
    sign_out(page)
    hold_back(device, held=True)
    with page.expect_response("**/passkey/**"):
        page.goto(f"{ENGLISH['sign_in']}?next={SECURITY}")
    see(page, "sign-in")
    hold_back(device, held=False)
    press(page, "Sign in with a passkey")
    # Not the page of sign-in, whose address ends with where it leads.
    page.wait_for_url(re.compile(rf"^[^?]*{SECURITY}$"))
    see(page, "security-after")


def open_with_passkey_second(page, see, address, device):
    sign_out(page)
    hold_back(device, held=True)
    sign_in(page, ENGLISH, address, PASSWORD)
    expect(page).to_have_url(re.compile("second-step"))
    see(page, "second-step")
    hold_back(device, held=False)
    press(page, "Use my passkey")
    page.wait_for_url(f"**{ENGLISH['mine']}")


def open_with_paper_code(page, address, code):
    sign_in(page, ENGLISH, address, PASSWORD)
    expect(page.locator("main input[name=code]")).to_be_visible()
    expect(page.get_by_role("button", name="Use my passkey")).to_be_hidden()
    page.fill("main input[name=code]", code)
    submit(page, "Continue")
    expect(page).to_have_url(re.compile(f"{ENGLISH['mine']}$"))


@pytest.mark.parametrize("width", [320, 1280])
def test_a_passkey_opens_the_account(width, window, mailbox, shoot):
    address = f"elodie-passkey-{width}@parvis.example"
    page = window(width=width)

    def see(page, name, *, scripts=True):
        look(page, shoot, f"{name}-{width}", scripts=scripts)

    open_account(page, ENGLISH, mailbox, address)
    sign_in(page, ENGLISH, address, PASSWORD)
    wire, keys = with_keys(page)
    codes = add_passkey(page, see)
    assert len(codes) == 10
    kept = wire.send("WebAuthn.getCredentials", {"authenticatorId": keys})["credentials"]
    assert [one["rpId"] for one in kept] == ["localhost"]
    wait_for_mail(mailbox, address, "A passkey was added")
    open_with_proposed_passkey(page)
    open_with_passkey_alone(page, see, (wire, keys))
    open_with_passkey_second(page, see, address, (wire, keys))

    other = window(width=width, scripts=False)
    open_with_paper_code(other, address, codes[4])
    mail = wait_for_mail(mailbox, address, "You signed in from a new device")
    assert "Chrome" in mail["text"]
    other.goto(f"{SECURITY}sessions/")
    see(other, "sessions", scripts=False)
    expect(other.locator("main section").first.locator("li.line")).to_have_count(2)


def test_without_scripts_the_sign_in_page_offers_a_code(window, shoot):
    page = window(width=320, scripts=False)
    page.goto(ENGLISH["sign_in"])
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    shoot(page, "sign-in-plain-320")
    follow(page, page.get_by_role("link", name="Sign in with a code"))
    expect(page.locator("main input[type=email]")).to_have_count(1)
