package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionOutcome;
import dev.slipway.webhook.admission.AdmissionRecord;
import dev.slipway.webhook.log.EventLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line for each decision; never anything of the object but its names. */
final class AdmissionLog implements AdmissionObserver {
    private static final EventLog LOG = new EventLog(AdmissionLog.class);

    @Override
    public void decided(AdmissionRecord admission, Duration duration) {
        if (admission.outcome() == AdmissionOutcome.ERROR) {
            LOG.error(
                    "admission failed",
                    fields(admission, duration),
                    admission.failure().orElseThrow());
        } else {
            LOG.info("admission decided", fields(admission, duration));
        }
    }

    private static Map<String, Object> fields(AdmissionRecord admission, Duration duration) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("endpoint", admission.endpoint().label());
        fields.put("operation", admission.operation());
        fields.put("kind", admission.kind());
        fields.put("namespace", admission.namespace());
        fields.put("name", admission.name());
        fields.put("owner", admission.owner());
        fields.put("uid", admission.uid());
        fields.put("dryRun", admission.dryRun());
        fields.put("outcome", admission.outcome().label());
        fields.put("reason", admission.reason());
        fields.put("micros", duration.toNanos() / 1000);
        if (!admission.problems().isEmpty()) {
            fields.put("problems", admission.problems());
        }
        return fields;
    }
}
