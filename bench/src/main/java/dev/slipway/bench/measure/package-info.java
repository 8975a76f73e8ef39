/** What one process, or many at once, cost: wall time, CPU time, memory, connections. Linux only: it reads /proc. */
@NullMarked
package dev.slipway.bench.measure;

import org.jspecify.annotations.NullMarked;
