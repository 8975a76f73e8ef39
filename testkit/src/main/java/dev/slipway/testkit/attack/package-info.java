/** What an outsider with nothing but a route to a port can do to it, by hand on sockets. */
@NullMarked
package dev.slipway.testkit.attack;

import org.jspecify.annotations.NullMarked;
