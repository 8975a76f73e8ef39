package dev.slipway.webhook.watch;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Writes Events of {@code v1}, whose count and times {@code kubectl describe} and {@code kubectl get events} show.
 * Blocks; not thread-safe.
 */
final class EventRecorder {
    private static final String COMPONENT = "slipway-webhook";
    private static final String NOT_WRITTEN = "Event not written";
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;
    private final String instance;
    private final WatchEvents events;
    private final Clock clock;
    private final EventBook book = new EventBook();
    private final UnwrittenEvents unwritten = new UnwrittenEvents();

    /** @param instance name of this replica */
    EventRecorder(KubernetesClient client, String instance, WatchEvents events, Clock clock) {
        this.client = client;
        this.instance = instance;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Writes it on the owner, and on the pod if it helps there. What another leader has written already is left as it
     * is, and what the API server does not take now is kept for {@link #writeAgain}.
     */
    void record(Workload workload, Occurrence occurrence) {
        boolean isNew = true;
        if (occurrence.onPod() && !workload.isPod()) {
            isNew = write(workload, occurrence.pod().asReference(), occurrence);
        }
        if (isNew) {
            write(workload, workload.object(), occurrence);
        }
    }

    /**
     * Tries what is kept, unless it is too early for that; to be called every few seconds.
     *
     * @param leads whether this replica may still write
     */
    void writeAgain(BooleanSupplier leads) {
        for (EventBook.Entry entry : unwritten.due(clock.instant())) {
            if (!leads.getAsBoolean() || write(entry) == Result.LATER) {
                return;
            }
        }
    }

    private enum Result {
        WRITTEN,
        /** By another leader, or by an attempt of ours that seemed to fail. */
        WAS_THERE,
        LATER,
        REFUSED
    }

    /** Whether it had not been written before, as far as is known. */
    private boolean write(Workload workload, ObjectReference object, Occurrence occurrence) {
        return book.add(workload, object, occurrence).map(this::write).orElse(Result.WRITTEN) != Result.WAS_THERE;
    }

    private Result write(EventBook.Entry entry) {
        try {
            boolean isNew = entry.isWritten() ? update(entry) : create(entry);
            unwritten.remove(entry);
            return isNew ? Result.WRITTEN : Result.WAS_THERE;
        } catch (KubernetesClientException failure) {
            return failed(entry, failure);
        }
    }

    private Result failed(EventBook.Entry entry, KubernetesClientException failure) {
        if (!mayPass(failure.getCode())) {
            unwritten.remove(entry);
            events.failed(NOT_WRITTEN, failure);
            return Result.REFUSED;
        }
        events.failed(NOT_WRITTEN, failure, unwritten.keep(entry, clock.instant()));
        return Result.LATER;
    }

    /** No answer at all, too many requests, or trouble of the server's own. */
    private static boolean mayPass(int status) {
        return status < HttpURLConnection.HTTP_OK
                || status == TOO_MANY_REQUESTS
                || status >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }

    private boolean create(EventBook.Entry entry) {
        try {
            client.resource(event(entry)).create();
            return true;
        } catch (KubernetesClientException refused) {
            return switch (refused.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT -> false;
                // The namespace is on its way out, or gone.
                case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_NOT_FOUND -> gone(refused);
                default -> throw refused;
            };
        }
    }

    private static boolean gone(KubernetesClientException refused) {
        boolean isNamespace = refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || String.valueOf(refused.getMessage()).contains("being terminated");
        if (isNamespace) {
            return true;
        }
        throw refused;
    }

    private boolean update(EventBook.Entry entry) {
        String patch = JsonNodeFactory.instance
                .objectNode()
                .put("count", entry.count())
                .put("lastTimestamp", time(entry.newest().at()))
                .put("message", entry.newest().message())
                .toString();
        try {
            // By name alone, the client would read the Event first, for which there is no right.
            client.resource(event(entry)).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return create(entry);
            }
            throw refused;
        }
    }

    private Event event(EventBook.Entry entry) {
        Occurrence occurrence = entry.newest();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(entry.namespace())
                .withName(entry.name())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(entry.object().apiVersion())
                .withKind(entry.object().kind())
                .withNamespace(entry.namespace())
                .withName(entry.object().name())
                .withUid(entry.object().uid())
                .endInvolvedObject()
                .withType(occurrence.warning() ? "Warning" : "Normal")
                .withReason(occurrence.reason())
                .withMessage(occurrence.message())
                .withCount(entry.count())
                .withFirstTimestamp(time(entry.first()))
                .withLastTimestamp(time(occurrence.at()))
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withReportingInstance(instance)
                .build();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
