/**
 * Real PostgreSQL servers for tests and the demo: unpacked from the binaries that the build ships beside these classes,
 * started on loopback with password authentication, fresh databases in milliseconds, and a JUnit extension that fails a
 * test which leaves a session or an advisory lock behind.
 */
@NullMarked
package dev.slipway.testkit.postgres;

import org.jspecify.annotations.NullMarked;
