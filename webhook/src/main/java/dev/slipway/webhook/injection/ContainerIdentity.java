package dev.slipway.webhook.injection;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Tells our init containers from others of the same name, by what decides what they run and where they look. Other
 * webhooks may have changed the rest, such as the registry of the image, resources, or variables that we do not use.
 *
 * <p>The ValidatingAdmissionPolicy of {@code k8s/base} asks the same of the same fields; what differs between the two
 * refuses pods that the webhook let through, or is a way round it. One table, {@code gate-cases.yaml}, tests both.
 *
 * @param migratorImage the platform's; an annotation may name another one
 */
record ContainerIdentity(PodTree pod, String migratorImage) {
    /** Programs that webhooks for secrets put in front of a command, to fill in its environment. */
    static final Set<String> WRAPPERS =
            Set.of("/vault/vault-env", "/azure-keyvault/azure-keyvault-env", "/helper/bin/secrets-init");

    /** What such a webhook repeats behind it: the launcher of an image with a shell, or the ENTRYPOINT of ours. */
    static final List<List<String>> ENTRYPOINTS = List.of(
            List.of(OwnProcess.HOME + "/bin/slipway"),
            List.of(
                    OwnProcess.HOME + "/jre/bin/java",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    "-Dsun.misc.unsafe.memory.access=allow",
                    "-Xlog:aot=off",
                    "-XX:AOTCache=" + OwnProcess.HOME + "/lib/slipway.aot",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:-AOTReplayTraining",
                    "-cp",
                    OwnProcess.HOME + "/lib/slipway.jar",
                    "dev.slipway.migrator.Main"));

    private static final Map<String, List<List<String>>> COMMANDS = Map.of(
            OwnContainers.PREFLIGHT, List.of(List.of("preflight")),
            OwnContainers.MIGRATE, List.of(List.of("migrate"), List.of("migrate", PreflightMode.FLAG)));

    private static final List<String> NEVER_SET = List.of("restartPolicy", "workingDir", "lifecycle");

    /** What an annotation of the same name gives, and nothing else. */
    static final Map<String, String> ANNOTATED = Stream.of(
                    Setting.MIGRATIONS_FORMAT,
                    Setting.DATABASE_URL_KEY,
                    Setting.SCHEMA,
                    Setting.HISTORY_TABLE,
                    Setting.DRIZZLE_TABLE,
                    Setting.SCHEMA_AHEAD,
                    Setting.BASELINE_VERSION,
                    Setting.PHASE,
                    Setting.APP_VERSION,
                    Setting.DATABASE_DIR,
                    Setting.TERMINATION_LOG,
                    Setting.CREATE_SCHEMA,
                    Setting.OUT_OF_ORDER,
                    Setting.RESTORE_POINT,
                    Setting.MIGRATION_PREFIX,
                    Setting.REPEATABLE_PREFIX,
                    Setting.UNDO_PREFIX,
                    Setting.MIGRATION_SEPARATOR,
                    Setting.MISSING_LOCATIONS)
            .collect(Collectors.toUnmodifiableMap(Setting::env, setting -> Annotations.PREFIX + setting.name()));

    /** Whether the pod has this init container, and it runs the migrator. */
    boolean runs(String name) {
        return pod.initContainers().stream()
                .anyMatch(container -> PodTree.nameOf(container).equals(name)
                        && program(container).isEmpty());
    }

    /** What an init container with a name of ours has that ours have not; empty if it is as the webhook makes it. */
    Optional<String> objection(JsonNode container) {
        return program(container)
                .or(() ->
                        PodTree.nameOf(container).equals(OwnContainers.COPY) ? source(container) : migrator(container));
    }

    private Optional<String> program(JsonNode container) {
        for (String field : NEVER_SET) {
            if (!PodTree.isAbsent(container.path(field))) {
                return Optional.of("it has a " + field);
            }
        }
        boolean copies = PodTree.nameOf(container).equals(OwnContainers.COPY);
        if (copies ? !copiesMigrations(container) : !runsTheMigrator(container)) {
            return Optional.of("its command and args are not "
                    + (copies ? "those that copy the migrations" : "those of the migrator"));
        }
        return copies || namesPod(container)
                ? Optional.empty()
                : Optional.of("it lacks " + Setting.POD_NAME.env() + " from metadata.name");
    }

    private static boolean namesPod(JsonNode container) {
        return PodTree.elements(container.path("env")).stream()
                .anyMatch(variable ->
                        PodTree.nameOf(variable).equals(Setting.POD_NAME.env()) && isField(variable, "metadata.name"));
    }

    /** The Secret of the volume that holds the credentials, if the annotation names another one. */
    Optional<String> otherSecret() {
        String annotated = annotation(Annotations.DATABASE_SECRET);
        return pod.volumes().stream()
                .filter(volume -> PodTree.nameOf(volume).equals(OwnContainers.DATABASE_VOLUME))
                .map(volume -> volume.path("secret").path("secretName").asString(""))
                .filter(secret -> !annotated.isEmpty() && !secret.equals(annotated))
                .findFirst();
    }

    private Optional<String> migrator(JsonNode container) {
        if (!isNamed(container.path("image").asString(""), List.of(migratorImage, annotation(Annotations.IMAGE)))) {
            return Optional.of("its image is not the migrator's");
        }
        return variables(container).or(() -> mounts(container));
    }

    private static boolean runsTheMigrator(JsonNode container) {
        List<String> command = texts(container.path("command"));
        List<String> args = texts(container.path("args"));
        List<List<String>> own = COMMANDS.getOrDefault(PodTree.nameOf(container), List.of());
        if (command.isEmpty()) {
            return own.contains(args);
        }
        return command.size() == 1
                && WRAPPERS.contains(command.get(0))
                && ENTRYPOINTS.stream()
                        .anyMatch(entry -> own.stream()
                                .anyMatch(words -> joined(entry, words).equals(args)));
    }

    /** Registries are mirrored; the last part of the path stays. */
    private static boolean isNamed(String image, List<String> expected) {
        return expected.stream()
                .anyMatch(each -> !each.isEmpty() && nameOfImage(each).equals(nameOfImage(image)));
    }

    static String nameOfImage(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.split("[@:]", 2)[0];
    }

    private Optional<String> variables(JsonNode container) {
        List<JsonNode> env = PodTree.elements(container.path("env"));
        long lists = PodTree.namesOf(env).stream()
                .filter(Settings.NAMES_VARIABLE::equals)
                .count();
        if (lists > 1) {
            return Optional.of("it has " + Settings.NAMES_VARIABLE + " more than once");
        }
        return env.stream()
                .filter(variable -> PodTree.nameOf(variable).equals(Settings.NAMES_VARIABLE)
                        ? !isComplete(variable, env)
                        : !isOwn(variable))
                .findFirst()
                .map(variable -> "its variable " + PodTree.nameOf(variable) + " is not what the webhook sets")
                .or(() -> missing(env))
                .or(() -> envFrom(container, env));
    }

    private Optional<String> missing(List<JsonNode> env) {
        return ANNOTATED.entrySet().stream()
                .filter(setting ->
                        !pod.annotations().path(setting.getValue()).asString("").isBlank())
                .map(Map.Entry::getKey)
                .filter(name -> !PodTree.namesOf(env).contains(name))
                .sorted()
                .findFirst()
                .map(name -> "it lacks " + name + ", which is annotated");
    }

    /** Every variable of ours must count. */
    private static boolean isComplete(JsonNode names, List<JsonNode> env) {
        String value = names.path("value").asString("");
        var counted = new HashSet<>(List.of(value.split(",")));
        return isLiteral(names)
                && (value.isEmpty()
                        || PodTree.namesOf(env).stream()
                                .filter(name -> name.startsWith(Setting.ENV_PREFIX))
                                .filter(name ->
                                        !name.equals(Settings.NAMES_VARIABLE) && !OwnProcess.LOADERS.contains(name))
                                .allMatch(name -> counted.contains(Settings.settingOf(name))));
    }

    /** The webhook cannot see what {@code envFrom} brings, so what must not come from there has to be set beside it. */
    private Optional<String> envFrom(JsonNode container, List<JsonNode> env) {
        if (container.path("envFrom").isEmpty()) {
            return Optional.empty();
        }
        if (!takesOver()) {
            return Optional.of("it has envFrom");
        }
        return Stream.concat(OwnProcess.LOADERS.stream(), Stream.of(Settings.NAMES_VARIABLE))
                .filter(name -> env.stream()
                        .noneMatch(variable -> PodTree.nameOf(variable).equals(name)
                                && isLiteral(variable)
                                && variable.path("value").asString("").isEmpty()
                                        != name.equals(Settings.NAMES_VARIABLE)))
                .findFirst()
                .map(name -> "it has envFrom without setting " + name);
    }

    private boolean isOwn(JsonNode variable) {
        String name = PodTree.nameOf(variable);
        String value = variable.path("value").asString("");
        if (name.equals(Setting.POD_NAME.env())) {
            return isField(variable, "metadata.name");
        }
        if (name.equals(Setting.POD_NAMESPACE.env())) {
            return isField(variable, "metadata.namespace");
        }
        if (name.equals(Setting.MIGRATIONS.env())) {
            return isLiteral(variable) && (value.isEmpty() || isFolder(value));
        }
        if (ANNOTATED.containsKey(name)) {
            String annotated = pod.annotations().path(ANNOTATED.get(name)).asString("");
            return isLiteral(variable)
                    && (value.isEmpty() || value.equals(MigratorContainers.literal(annotated.strip())));
        }
        if (OwnProcess.LOADERS.contains(name)) {
            return isLiteral(variable) && value.isEmpty();
        }
        return !name.startsWith("LD_") && (takesOver() || !namesDatabase(name));
    }

    private boolean isFolder(String value) {
        String source = annotation(Annotations.MIGRATIONS_FROM);
        if (!source.isEmpty() && !source.equals("image")) {
            return MigrationsPath.isInside(value, MigrationsMount.FOLDER);
        }
        return MigrationsPath.parse(annotation(Annotations.MIGRATIONS_PATH))
                .map(MigratorContainers::literal)
                .filter(value::equals)
                .isPresent();
    }

    /** Variables win over the mounted Secret. */
    private boolean namesDatabase(String name) {
        String key = annotation(Annotations.DATABASE_URL_KEY);
        return name.startsWith("PG")
                || name.startsWith("DATABASE_URL")
                || name.startsWith("DIRECT_URL")
                || (!key.isEmpty() && name.startsWith(key));
    }

    private boolean takesOver() {
        return pod.annotations().has(Annotations.DATABASE_FROM.key());
    }

    private Optional<String> mounts(JsonNode container) {
        return PodTree.elements(container.path("volumeMounts")).stream()
                .filter(mount -> !isHarmless(mount))
                .findFirst()
                .map(mount -> "its mount at " + mount.path("mountPath").asString("")
                        + " hides the migrator or what it reads");
    }

    private boolean isHarmless(JsonNode mount) {
        String path = mount.path("mountPath").asString("");
        String volume = PodTree.nameOf(mount);
        return !MigrationsPath.NOT_PLAIN.matcher(path).find()
                && !OwnProcess.isHiddenBy(path)
                && (!MigrationsPath.isInside(path, "/var/run/slipway") || volume.equals(OwnContainers.DATABASE_VOLUME))
                && (!MigrationsPath.isInside(path, MigrationsMount.FOLDER)
                        || volume.equals(OwnContainers.MIGRATIONS_VOLUME)
                        || annotation(Annotations.MIGRATIONS_FROM).equals("volume:" + volume));
    }

    private static boolean copiesMigrations(JsonNode container) {
        List<String> command = texts(container.path("command"));
        return command.size() == 4
                && command.get(0).equals("cp")
                && command.get(1).equals("-R")
                && command.get(2).endsWith("/.")
                && command.get(3).equals(MigrationsMount.FOLDER + "/")
                && container.path("args").isEmpty();
    }

    private Optional<String> source(JsonNode container) {
        return isNamed(container.path("image").asString(""), sourceImages())
                ? Optional.empty()
                : Optional.of("its image is not the one that " + Annotations.MIGRATIONS_FROM.key() + " names");
    }

    private List<String> sourceImages() {
        Optional<MigrationsSource> source = MigrationsSource.parse(annotation(Annotations.MIGRATIONS_FROM));
        if (source.isPresent() && source.get() instanceof MigrationsSource.Image image) {
            return List.of(image.reference());
        }
        if (source.isPresent() && source.get() instanceof MigrationsSource.ContainerImage from) {
            return pod
                    .container(from.container())
                    .map(each -> each.path("image").asString(""))
                    .stream()
                    .toList();
        }
        return List.of();
    }

    private String annotation(Annotation<?> annotation) {
        return pod.annotations().path(annotation.key()).asString("");
    }

    private static boolean isField(JsonNode variable, String path) {
        return variable.path("valueFrom")
                .path("fieldRef")
                .path("fieldPath")
                .asString("")
                .equals(path);
    }

    private static boolean isLiteral(JsonNode variable) {
        return PodTree.isAbsent(variable.path("valueFrom"));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static List<String> texts(JsonNode list) {
        return PodTree.elements(list).stream().map(each -> each.asString("")).toList();
    }
}
