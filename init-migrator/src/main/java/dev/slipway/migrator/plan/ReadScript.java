package dev.slipway.migrator.plan;

import java.util.List;

/** A script, read. */
record ReadScript(String name, List<ReadStatement> statements) {}
