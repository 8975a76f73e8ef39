package dev.slipway.webhook.watch;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Pods as the kubelet reports them, in few words. */
final class Snapshots {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    static final String APPLIED = """
            {"message":"applied 2 migrations","exitCode":0,"outcome":"applied","command":"migrate","schemaVersion":"12",\
            "applied":["V11__a.sql","V12__b.sql"],"waitedMs":250,"durationMs":2100}""";
    static final String UP_TO_DATE = """
            {"message":"nothing to do","exitCode":0,"outcome":"up-to-date","command":"migrate","schemaVersion":"12",\
            "applied":[],"waitedMs":0,"durationMs":40}""";
    static final String FAILED = """
            {"message":"V12__b.sql failed","wayOut":"correct the SQL","exitCode":5,"outcome":"failed","command":"migrate",\
            "schemaVersion":"11","applied":[],"waitedMs":0,"durationMs":900}""";
    static final String STOPPED = """
            {"message":"ended by SIGTERM","exitCode":143,"outcome":"terminated","command":"migrate","applied":[],\
            "waitedMs":0,"durationMs":900}""";

    private Snapshots() {}

    /** @param states of slipway-migrate, as in {@code state: {...}} and {@code lastState: {...}} */
    static PodSnapshot pod(String states) {
        return pod("shop-api-1", states);
    }

    static PodSnapshot pod(String name, String states) {
        return of(name, "[{name: slipway-migrate, " + states + "}]");
    }

    static PodSnapshot of(String name, String initContainerStatuses) {
        return new PodSnapshot(
                "uid-of-" + name,
                "shop",
                name,
                ObjectReference.of("apps/v1", "StatefulSet", "shop-api", "uid-of-shop-api"),
                PodReader.containers(yaml(initContainerStatuses)),
                Optional.empty());
    }

    static String running(String since) {
        return "{running: {startedAt: '2026-11-21T" + since + "Z'}}";
    }

    static String waiting(String reason) {
        return "{waiting: {reason: " + reason + "}}";
    }

    static String terminated(int exitCode, String finishedAt, String containerId, String message) {
        return "{terminated: {exitCode: %d, reason: %s, finishedAt: '2026-11-21T%sZ', containerID: '%s', message: '%s'}}"
                .formatted(exitCode, exitCode == 0 ? "Completed" : "Error", finishedAt, containerId, message);
    }

    static ContainerEnd termination(int exitCode, String message) {
        return pod("state: " + terminated(exitCode, "12:00:05", "c1", message))
                .containers()
                .get(0)
                .terminations()
                .get(0);
    }

    static EndedRun run(String pod, int exitCode, String message) {
        PodSnapshot snapshot = pod(pod, "state: " + terminated(exitCode, "12:00:05", "c1-" + pod, message));
        return EndedRun.between(Optional.empty(), snapshot, NOON).get(0);
    }

    static JsonNode yaml(String text) {
        return new YAMLMapper().readTree(text);
    }
}
