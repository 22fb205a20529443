"""A version is published: followers and webhooks are told. A webhook is offered: it is checked."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.opendata.actions import following, webhooks
from parvis.opendata.events import DatasetPublished, WebhookOffered


@reacts_to(DatasetPublished, name="opendata.followers")
def tell_followers(delivered: Delivered) -> None:
    """Tell who follows the dataset, unless they were told today."""
    following.tell_followers(dataset_id=delivered.fact.dataset_id, now=clock.now())


@reacts_to(DatasetPublished, name="opendata.webhooks")
def send_messages(delivered: Delivered) -> None:
    """Put a message on its way to each webhook of the dataset."""
    webhooks.send_published(delivered)


@reacts_to(WebhookOffered, name="opendata.challenge")
def check_webhook(delivered: Delivered) -> None:
    """Ask the receiver to give back a challenge."""
    webhooks.challenge(webhook_id=delivered.fact.webhook_id, now=clock.now())
