package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.contract.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Compares what an injected pod has with what its annotations ask for. A pod that was exported, edited and created
 * again would otherwise start a new application on an old schema.
 *
 * <p>Only what its owner decides is compared. What the platform decides (timeouts, resources, registry and tag of the
 * migrator's image unless it is annotated) differs between two versions or configurations of this webhook, and what the
 * API server or another webhook adds is not ours. Other webhooks also raise and lower resources that are annotated,
 * which looks the same as a changed annotation: it causes a warning.
 */
final class InjectedPod {
    /** The platform may have another default than the webhook that injected the pod. */
    private static final Set<Setting<?>> OF_THE_PLATFORM =
            Set.of(Setting.WAIT_TIMEOUT, Setting.CONNECT_TIMEOUT, Setting.LOCK_TIMEOUT, Setting.STATEMENT_TIMEOUT);

    private static final String WAY_OUT = "; delete our init containers and volumes (slipway-…) from this copy, and the"
            + " webhook adds them as annotated";

    private final PodTree pod;
    private final AnnotationValues values;
    private final InjectionDefaults defaults;
    private final Problems problems = new Problems();

    InjectedPod(PodTree pod, AnnotationValues values, InjectionDefaults defaults) {
        this.pod = pod;
        this.values = values;
        this.defaults = defaults;
    }

    /** Whether the pod's migrations come from an image volume; the cluster's way if the pod shows neither. */
    static boolean mountsImages(PodTree pod, boolean byDefault) {
        Optional<JsonNode> volume = volume(pod, OwnContainers.MIGRATIONS_VOLUME);
        return volume.map(found -> !found.has("emptyDir")).orElse(byDefault);
    }

    List<Problem> differences(MigrationsMount migrations) {
        for (JsonNode container : pod.initContainers()) {
            String name = PodTree.nameOf(container);
            if (name.equals(OwnContainers.PREFLIGHT) || name.equals(OwnContainers.MIGRATE)) {
                Map<String, String> settings = settingsOf(container);
                settings(name, settings);
                image(name, container);
                database(name, container);
                if (name.equals(OwnContainers.MIGRATE)) {
                    migrations(name, container, settings, migrations);
                }
            }
        }
        copied(migrations);
        preflight();
        return problems.list();
    }

    /** Differences that are no reason to refuse, because another webhook may have caused them. */
    List<String> warnings() {
        var found = new Problems();
        initContainer(OwnContainers.MIGRATE).ifPresent(container -> {
            number(Annotations.REQUESTS_CPU, container, "requests", Resource.CPU, found);
            number(Annotations.REQUESTS_MEMORY, container, "requests", Resource.MEMORY, found);
            number(Annotations.LIMITS_CPU, container, "limits", Resource.CPU, found);
            number(Annotations.LIMITS_MEMORY, container, "limits", Resource.MEMORY, found);
        });
        return found.list().stream().map(Problem::toString).toList();
    }

    private void number(
            Annotation<Quantity> annotation, JsonNode container, String which, Resource resource, Problems found) {
        Optional<Quantity> wanted = values.get(annotation);
        Optional<Quantity> present = PodRoom.number(container.path("resources"), which, resource);
        if (wanted.isPresent()
                && present.filter(number -> number.compareTo(wanted.get()) == 0).isEmpty()) {
            found.add(
                    annotation.key(),
                    "is " + quoted(wanted.get().text()) + ", but " + OwnContainers.MIGRATE + " has "
                            + present.map(number -> quoted(number.text())).orElse("none")
                            + "; unless another webhook changed that" + WAY_OUT.replace("; ", ", "));
        }
    }

    private void settings(String name, Map<String, String> settings) {
        for (Annotation<?> annotation : Annotations.all()) {
            annotation.setting().ifPresent(setting -> setting(name, settings, annotation, setting));
        }
    }

    private <T> void setting(String name, Map<String, String> settings, Annotation<?> annotation, Setting<T> setting) {
        Optional<String> found = Optional.ofNullable(settings.get(setting.env()));
        Optional<String> wanted = values.text(annotation);
        boolean same = wanted.isPresent()
                ? same(setting, found.orElse(setting.defaultText()), wanted.get())
                : found.isEmpty()
                        || OF_THE_PLATFORM.contains(setting)
                        || defaults.settings().isGiven(setting)
                        || same(setting, found.get(), setting.defaultText());
        if (!same) {
            differ(
                    annotation,
                    wanted,
                    name + " has " + setting.env() + " "
                            + found.map(annotation::show).orElse("not set"));
        }
    }

    private static <T> boolean same(Setting<T> setting, String found, String wanted) {
        if (found.equals(wanted)) {
            return true;
        }
        T value = setting.parse(found, "", new Problems());
        return value != null && value.equals(setting.parse(wanted, "", new Problems()));
    }

    /** Our variables of the container, as the kubelet would read them. */
    private static Map<String, String> settingsOf(JsonNode container) {
        var found = new HashMap<String, String>();
        for (JsonNode variable : PodTree.elements(container.path("env"))) {
            String name = PodTree.nameOf(variable);
            if (name.startsWith(Setting.ENV_PREFIX)) {
                found.put(name, variable.path("value").asString("").replace("$$", "$"));
            }
        }
        return found;
    }

    private void image(String name, JsonNode container) {
        String found = container.path("image").asString("");
        boolean same = values.isGiven(Annotations.IMAGE)
                ? values.get(Annotations.IMAGE)
                        .filter(wanted -> !ImageNames.mayBeSame(found, wanted))
                        .isEmpty()
                : ContainerIdentity.nameOfImage(found).equals(ContainerIdentity.nameOfImage(defaults.image()));
        if (!same) {
            differ(Annotations.IMAGE, name + " has the image " + quoted(found));
        }
    }

    private void database(String name, JsonNode container) {
        Optional<String> wanted = values.get(Annotations.DATABASE_SECRET);
        boolean mounted = mountAt(container, Setting.DEFAULT_DATABASE_DIR)
                .filter(OwnContainers.DATABASE_VOLUME::equals)
                .isPresent();
        Optional<String> found = volume(pod, OwnContainers.DATABASE_VOLUME)
                .filter(volume -> mounted)
                .map(volume -> volume.path("secret").path("secretName").asString(""));
        if (found.isPresent() && !found.equals(wanted)) {
            Annotation<?> annotation = wanted.isPresent() ? Annotations.DATABASE_SECRET : Annotations.DATABASE_FROM;
            differ(annotation, name + " mounts the Secret " + quoted(found.get()));
        } else if (wanted.isPresent() && found.isEmpty()) {
            DatabaseAccessRefresh.databaseVariable(container, values)
                    .ifPresent(variable -> differ(
                            Annotations.DATABASE_SECRET, name + " mounts no Secret of ours and has " + variable));
        }
    }

    private void migrations(String name, JsonNode container, Map<String, String> settings, MigrationsMount wanted) {
        Optional<String> mounted = mountAt(container, MigrationsMount.FOLDER);
        Optional<String> expected = wanted.mount().map(PodTree::nameOf);
        if (mounted.isEmpty() && volume(pod, OwnContainers.MIGRATIONS_VOLUME).isPresent()) {
            // The volume is compared below; the gate looks at mounts.
            wanted.volume().ifPresent(this::migrationsVolume);
            return;
        }
        if (!mounted.equals(expected)) {
            differ(
                    Annotations.MIGRATIONS_FROM,
                    name + " mounts "
                            + mounted.map(volume -> "the volume " + quoted(volume))
                                    .orElse("nothing") + " at " + MigrationsMount.FOLDER);
            return;
        }
        wanted.volume().ifPresent(this::migrationsVolume);
        Optional<String> folder = Optional.ofNullable(settings.get(Setting.MIGRATIONS.env()));
        if (!folder.orElse(Setting.DEFAULT_MIGRATIONS).equals(folder(wanted))) {
            differ(
                    Annotations.MIGRATIONS_PATH,
                    name + " has " + Setting.MIGRATIONS.env() + " "
                            + folder.map(Annotations.MIGRATIONS_PATH::show).orElse("not set"));
        }
    }

    /** Whether an image is mounted or copied is the platform's decision, and was made when the pod was injected. */
    private String folder(MigrationsMount wanted) {
        if (initContainer(OwnContainers.COPY).isPresent()) {
            return MigrationsMount.FOLDER;
        }
        return wanted.copyFrom().isPresent()
                ? MigrationsPath.below(MigrationsMount.FOLDER, wanted.path())
                : wanted.folder().orElse(Setting.DEFAULT_MIGRATIONS);
    }

    private void migrationsVolume(JsonNode wanted) {
        JsonNode found = volume(pod, OwnContainers.MIGRATIONS_VOLUME).orElse(wanted);
        String image = found.path("image").path("reference").asString("");
        String configMap = found.path("configMap").path("name").asString("");
        boolean same = ImageNames.mayBeSame(
                        image, wanted.path("image").path("reference").asString(""))
                && configMap.equals(wanted.path("configMap").path("name").asString(""))
                && found.has("emptyDir") == wanted.has("emptyDir");
        if (!same) {
            String what = image.isEmpty()
                    ? configMap.isEmpty() ? "other files" : "ConfigMap " + quoted(configMap)
                    : "image " + quoted(image);
            differ(Annotations.MIGRATIONS_FROM, "the volume " + OwnContainers.MIGRATIONS_VOLUME + " has the " + what);
        }
    }

    private void copied(MigrationsMount wanted) {
        Optional<JsonNode> copy = initContainer(OwnContainers.COPY);
        if (copy.isEmpty() || wanted.copyFrom().isEmpty()) {
            return;
        }
        String image = copy.get().path("image").asString("");
        if (!ImageNames.mayBeSame(image, wanted.copyFrom().get())) {
            differ(Annotations.MIGRATIONS_FROM, OwnContainers.COPY + " has the image " + quoted(image));
        }
        List<String> words = Stream.of("command", "args")
                .flatMap(field -> PodTree.elements(copy.get().path(field)).stream())
                .map(each -> each.asString(""))
                .toList();
        if (!words.contains(wanted.path() + "/.")) {
            differ(Annotations.MIGRATIONS_PATH, OwnContainers.COPY + " copies another folder");
        }
    }

    private void preflight() {
        Optional<PreflightMode> mode = values.get(Annotations.PREFLIGHT);
        boolean separate = initContainer(OwnContainers.PREFLIGHT).isPresent();
        boolean inline = initContainer(OwnContainers.MIGRATE)
                .filter(OwnContainers::looksItself)
                .isPresent();
        if (mode.isPresent() && mode.get() != PreflightMode.CONTAINER && separate) {
            differ(Annotations.PREFLIGHT, "there is an init container " + OwnContainers.PREFLIGHT);
        } else if (mode.isPresent() && inline != (mode.get() == PreflightMode.INLINE)) {
            differ(
                    Annotations.PREFLIGHT,
                    OwnContainers.MIGRATE + " runs " + (inline ? "with" : "without") + " --preflight");
        }
    }

    private void differ(Annotation<?> annotation, String found) {
        differ(annotation, values.text(annotation), found);
    }

    private void differ(Annotation<?> annotation, Optional<String> wanted, String found) {
        String asked = wanted.map(
                        text -> "is " + (values.get(annotation).isPresent() ? quoted(text) : annotation.show(text)))
                .orElse("is not set");
        problems.add(annotation.key(), asked + ", but " + found + WAY_OUT);
    }

    /** For names and images that Kubernetes itself shows, and for values that have the right form. */
    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private Optional<JsonNode> initContainer(String name) {
        return pod.initContainers().stream()
                .filter(container -> PodTree.nameOf(container).equals(name))
                .findFirst();
    }

    private static Optional<JsonNode> volume(PodTree pod, String name) {
        return pod.volumes().stream()
                .filter(volume -> PodTree.nameOf(volume).equals(name))
                .findFirst();
    }

    /** The volume that is mounted there. */
    private static Optional<String> mountAt(JsonNode container, String path) {
        return PodTree.elements(container.path("volumeMounts")).stream()
                .filter(mount -> mount.path("mountPath").asString("").equals(path))
                .map(PodTree::nameOf)
                .findFirst();
    }
}
