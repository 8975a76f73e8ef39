/**
 * The main job on one machine: the real webhook admits the pods of an annotated Deployment over HTTPS, and their
 * containers run as real processes against a real PostgreSQL.
 */
@NullMarked
package dev.slipway.e2e.demo;

import org.jspecify.annotations.NullMarked;
