/** The images and docker-compose.yml, on a real Docker engine with a real PostgreSQL in a container. */
@NullMarked
package dev.slipway.e2e.containers;

import org.jspecify.annotations.NullMarked;
