package dev.slipway.webhook.injection;

/** The four numbers that every injected container carries, so that a ResourceQuota admits it. */
public record ResourceNumbers(
        Quantity requestsCpu, Quantity requestsMemory, Quantity limitsCpu, Quantity limitsMemory) {}
