/** The fenced blocks of README and docs, so that tests can run or judge what is shown there. */
@NullMarked
package dev.slipway.testkit.docs;

import org.jspecify.annotations.NullMarked;
