package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A pod that was injected, exported, edited and created again, and what others may have done to it in the meantime. */
class StaleCopyTest {
    private static final String ORIGINAL = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: api
              annotations:
                slipway.dev/migrate: "true"
                slipway.dev/migrations-from: "image:reg/m:1"
                slipway.dev/migrations-path: /sql
                slipway.dev/schema: tenant1
                slipway.dev/database-secret: db
                slipway.dev/wait-timeout: 90s
                slipway.dev/image: reg/migrator:1
                slipway.dev/limits-memory: 256Mi
            spec:
              containers:
                - {name: app, image: "reg/app:1", env: [{name: A, value: "1"}]}
                - {name: worker, image: "reg/worker:1"}
            """;

    static Stream<Arguments> edits() {
        return Stream.of(
                edit(
                        "migrations-from",
                        "image:reg/m:2",
                        "the volume slipway-migrations has the image 'reg/m:1'",
                        "COPY has the image 'reg/m:1'"),
                edit(
                        "migrations-from",
                        "image",
                        "slipway-migrate mounts the volume 'slipway-migrations'",
                        "mounts the volume 'slipway-migrations'"),
                edit("migrations-from", "container:app", "the image 'reg/m:1'", "the image 'reg/m:1'"),
                edit(
                        "migrations-path",
                        "/other",
                        "slipway-migrate has SLIPWAY_MIGRATIONS '/slipway-source/sql'",
                        "slipway-copy copies another folder"),
                edit(
                        "migrations-path",
                        "",
                        "slipway.dev/migrations-path is not set, but slipway-migrate has SLIPWAY_MIGRATIONS '/slipway-source/sql'",
                        "slipway.dev/migrations-path is not set, but slipway-copy copies another folder"),
                edit(
                        "schema",
                        "tenant2",
                        "slipway.dev/schema is 'tenant2', but slipway-migrate has SLIPWAY_SCHEMA 'tenant1'",
                        "SLIPWAY_SCHEMA 'tenant1'"),
                edit(
                        "schema",
                        "",
                        "slipway.dev/schema is not set, but slipway-migrate has SLIPWAY_SCHEMA 'tenant1'",
                        "SLIPWAY_SCHEMA 'tenant1'"),
                edit("schema", "a,b", "SLIPWAY_SCHEMA 'tenant1'", "SLIPWAY_SCHEMA 'tenant1'"),
                edit(
                        "history-table",
                        "h2",
                        "slipway-migrate has SLIPWAY_HISTORY_TABLE not set",
                        "SLIPWAY_HISTORY_TABLE not set"),
                edit("phase", "expand", "SLIPWAY_PHASE not set", "SLIPWAY_PHASE not set"),
                edit("wait-timeout", "5m", "SLIPWAY_WAIT_TIMEOUT '1m30s'", "SLIPWAY_WAIT_TIMEOUT '1m30s'"),
                edit(
                        "database-secret",
                        "db2",
                        "slipway.dev/database-secret is 'db2', but slipway-migrate mounts the Secret 'db'",
                        "mounts the Secret 'db'"),
                edit(
                        "image",
                        "reg/migrator:2",
                        "slipway-migrate has the image 'reg/migrator:1'",
                        "has the image 'reg/migrator:1'"),
                edit(
                        "image",
                        "",
                        "slipway.dev/image is not set, but slipway-migrate has the image 'reg/migrator:1'",
                        "slipway.dev/image is not set, but slipway-migrate has the image 'reg/migrator:1'"),
                edit(
                        "preflight",
                        "off",
                        "slipway-migrate runs with --preflight",
                        "slipway-migrate runs with --preflight"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("edits")
    void anAnnotationThatWasChangedInTheCopyIsRefusedByName(String name, String value, String mounted, String copied) {
        for (String imageVolumes : new String[] {"on", "off"}) {
            AdmissionHandler handler = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", imageVolumes));
            ObjectNode copy = injected(handler, ORIGINAL);
            ObjectNode annotations = copy.withObject("/metadata/annotations");
            if (value.isEmpty()) {
                annotations.remove("slipway.dev/" + name);
            } else {
                annotations.put("slipway.dev/" + name, value);
            }

            JsonNode response = Reviews.mutate(handler, copy);

            assertThat(response.path("allowed").asBoolean()).isFalse();
            assertThat(response.at("/auditAnnotations/reason").asString("")).isEqualTo("stale-copy");
            assertThat(response.at("/status/message").asString(""))
                    .contains(imageVolumes.equals("on") ? mounted : copied.replace("COPY", "slipway-copy"))
                    .contains("delete our init containers and volumes (slipway-…) from this copy");
        }
    }

    @ParameterizedTest
    @CsvSource({"image, /sql/shop", "volume:data, /shop", "volume:data, .", "configmap:sql, /", "container:app, sql"})
    void aFolderThatIsNoLongerAnnotatedIsRefusedIfItIsNotTheDefault(String source, String path) {
        AdmissionHandler handler = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on"));
        ObjectNode copy = injected(handler, """
                kind: Pod
                metadata: {annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db,
                  slipway.dev/migrations-from: "%s", slipway.dev/migrations-path: "%s"}}
                spec: {containers: [{name: app, image: "reg/app:1"}], volumes: [{name: data}]}
                """.formatted(source, path));
        copy.withObject("/metadata/annotations").remove("slipway.dev/migrations-path");

        JsonNode response = Reviews.mutate(handler, copy);

        boolean stillTheSame = path.equals(".") || path.equals("/");
        assertThat(response.path("allowed").asBoolean()).isEqualTo(stillTheSame);
        assertThat(response.at("/status/message").asString(""))
                .contains(stillTheSame ? "" : "slipway.dev/migrations-path is not set, but slipway-migrate has");
    }

    /** The next version of the webhook has another tag, and a mirror another registry. */
    @ParameterizedTest
    @CsvSource({"ghcr.io/slipway-dev/slipway-migrator:0.0.9", "mirror.example/slipway-migrator@sha256:0a"})
    void theMigratorOfAnotherVersionIsNoDifferenceIfNoneIsAnnotated(String image) {
        AdmissionHandler handler = Reviews.handler(Map.of());
        ObjectNode copy =
                injected(handler, ORIGINAL.replace("slipway.dev/image: reg/migrator:1", "slipway.dev/image: " + image));
        copy.withObject("/metadata/annotations").remove("slipway.dev/image");

        assertUntouched(handler, copy, image);
    }

    /** Other webhooks raise and lower what is annotated, so a difference may not be the owner's. */
    @ParameterizedTest
    @CsvSource({
        "limits-memory, 512Mi, '256Mi'",
        "limits-cpu, 2, '1'",
        "requests-cpu, 200m, '10m'",
        "requests-memory, 128Mi, '96Mi'",
        "limits-memory, 0.25Gi, ",
        "limits-cpu, 1000m, ",
        "limits-memory, , "
    })
    void numbersThatWereChangedInTheCopyAreWarnedOf(String name, String value, String present) {
        AdmissionHandler handler = Reviews.handler(Map.of());
        ObjectNode copy = injected(handler, ORIGINAL);
        ObjectNode annotations = copy.withObject("/metadata/annotations");
        annotations.remove("slipway.dev/" + name);
        if (value != null) {
            annotations.put("slipway.dev/" + name, value);
        }

        assertUntouched(handler, copy, name);
        JsonNode warnings = Reviews.mutate(handler, copy).path("warnings");
        if (present == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0).asString(""))
                    .startsWith(
                            "slipway.dev/" + name + " is '" + value + "', but slipway-migrate has '" + present + "'")
                    .contains("unless another webhook changed that, delete our init containers");
        }
    }

    @ParameterizedTest
    @CsvSource({"database-secret, db2", "database-from, container:worker"})
    void anotherWayToTheDatabaseIsSeenOrRepaired(String name, String value) {
        AdmissionHandler handler = Reviews.handler(Map.of());
        ObjectNode copy = injected(handler, """
                kind: Pod
                metadata: {annotations: {slipway.dev/migrate: "true", slipway.dev/database-from: "container:app"}}
                spec: {containers: [{name: app, env: [{name: DATABASE_URL, value: "postgres://u:secret@a/db"}]}, {name: worker, env: [{name: PGHOST, value: b}]}]}
                """);
        ObjectNode annotations = copy.withObject("/metadata/annotations");
        annotations.remove("slipway.dev/database-from");
        annotations.put("slipway.dev/" + name, value);

        JsonNode response = Reviews.mutate(handler, copy);

        if (name.equals("database-secret")) {
            assertThat(response.at("/status/message").asString(""))
                    .contains("slipway-migrate mounts no Secret of ours and has the variable DATABASE_URL")
                    .doesNotContain("secret@");
        } else {
            JsonNode repaired = Reviews.patched(copy, response);
            assertThat(repaired.at("/spec/initContainers/0/env").findValuesAsString("name"))
                    .contains("PGHOST")
                    .doesNotContain("DATABASE_URL");
        }
    }

    /** The platform team has changed its mind, or the other replica of the webhook is of another version. */
    @ParameterizedTest
    @CsvSource({"container, inline", "inline, container"})
    void aPodThatWasInjectedUnderAnotherDefaultStays(String before, String now) {
        ObjectNode copy = injected(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_PREFLIGHT", before)), ORIGINAL);

        assertUntouched(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_PREFLIGHT", now)), copy, before);
    }

    @ParameterizedTest
    @CsvSource({"container, ''", "inline, --preflight"})
    void aCopyThatAsksForAContainerHasToHaveIt(String before, String flag) {
        ObjectNode copy = injected(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_PREFLIGHT", before)), ORIGINAL);
        copy.withObject("/metadata/annotations").put("slipway.dev/preflight", "container");

        JsonNode response = Reviews.mutate(Reviews.handler(Map.of()), copy);

        assertThat(response.path("allowed").asBoolean()).isEqualTo(flag.isEmpty());
        assertThat(response.at("/status/message").asString())
                .contains(flag.isEmpty() ? "" : "without the pre-flight that the pod's annotations ask for");
    }

    static Stream<Arguments> whatOthersDo() {
        return Stream.of(
                other(
                        "the API server's defaults",
                        container -> container
                                .put("terminationMessagePath", "/dev/termination-log")
                                .put("imagePullPolicy", "Always")),
                other(
                        "a mirror",
                        container -> container.put(
                                "image",
                                "mirror.example.com/" + container.path("image").asString(""))),
                other(
                        "digests",
                        container -> container.put(
                                "image", container.path("image").asString("").replaceFirst(":[^:/]*$", "@sha256:0a"))),
                other(
                        "the service account's mount",
                        container -> container
                                .withArray("volumeMounts")
                                .addObject()
                                .put("name", "kube-api-access-x")
                                .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount")),
                other(
                        "variables of another webhook",
                        container -> container
                                .withArray("env")
                                .insertObject(0)
                                .put("name", "HTTPS_PROXY")
                                .put("value", "http://proxy")),
                other(
                        "a setting of a later version",
                        container -> container
                                .withArray("env")
                                .addObject()
                                .put("name", "SLIPWAY_OF_A_LATER_VERSION")
                                .put("value", "x")),
                other(
                        "resources of another webhook",
                        container -> container.withObject("/resources/limits").put("memory", "1Gi")),
                other("a wrapped command", container -> {
                    if (container.has("command")) {
                        return;
                    }
                    var words = new ArrayList<String>();
                    container.path("command").forEach(word -> words.add(word.asString("")));
                    container.path("args").forEach(word -> words.add(word.asString("")));
                    container.putArray("command").add("/vault/vault-env");
                    words.add(0, "/opt/slipway/bin/slipway");
                    words.forEach(container.putArray("args")::add);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatOthersDo")
    void whatOthersDidToAnInjectedPodIsNoDifference(String what, Consumer<ObjectNode> change) {
        for (String imageVolumes : new String[] {"on", "off"}) {
            AdmissionHandler handler = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", imageVolumes));
            ObjectNode pod = injected(handler, ORIGINAL);
            pod.at("/spec/initContainers").forEach(container -> change.accept((ObjectNode) container));

            assertUntouched(handler, pod, what);
        }
    }

    /** While the webhook itself rolls out, one version injects a pod and another one sees it again. */
    @ParameterizedTest
    @CsvSource({
        "IMAGE_VOLUMES, off",
        "MIGRATOR_IMAGE, reg/other:2",
        "LOCK_TIMEOUT, 9s",
        "LIMITS_MEMORY, 1Gi",
        "IMAGE_PULL_POLICY, Always"
    })
    void anotherConfigurationOfThePlatformIsNoDifference(String setting, String value) {
        AdmissionHandler one = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on"));
        AdmissionHandler other = Reviews.handler(Map.of("SLIPWAY_WEBHOOK_" + setting, value));

        assertUntouched(other, injected(one, ORIGINAL), setting);
        assertUntouched(one, injected(other, ORIGINAL), setting);
    }

    private static void assertUntouched(AdmissionHandler handler, JsonNode pod, String what) {
        JsonNode response = Reviews.mutate(handler, pod);
        assertThat(response.path("allowed").asBoolean())
                .as(what + ": " + response.at("/status/message").asString(""))
                .isTrue();
        assertThat(Reviews.patch(response)).as(what).isEmpty();
    }

    private static Arguments edit(String name, String value, String mounted, String copied) {
        return Arguments.of(name, value, mounted, copied);
    }

    private static Arguments other(String what, Consumer<ObjectNode> change) {
        return Arguments.of(what, change);
    }

    private static ObjectNode injected(AdmissionHandler handler, String yaml) {
        JsonNode pod = Reviews.yaml(yaml);
        return (ObjectNode) Reviews.patched(pod, Reviews.mutate(handler, pod)).deepCopy();
    }
}
