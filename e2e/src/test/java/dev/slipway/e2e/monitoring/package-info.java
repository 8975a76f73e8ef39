/** The alert rules and the dashboard that users import, held against Prometheus' own tool and the metrics that exist. */
@NullMarked
package dev.slipway.e2e.monitoring;

import org.jspecify.annotations.NullMarked;
