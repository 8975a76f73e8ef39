package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what happens to a pod, in this order: opted in? already injected? annotations valid? plan. A pure function of
 * the pod and the defaults; thread-safe. The given tree is only read.
 */
public final class InjectionPlanner {
    /** The user of the migrator image, for pods that would otherwise run our containers as root. */
    static final int NON_ROOT_USER = 65532;

    private final InjectionDefaults defaults;

    public InjectionPlanner(InjectionDefaults defaults) {
        this.defaults = defaults;
    }

    /**
     * @param template a pod, or the template of a workload
     * @param otherVolumes names of volumes that the workload's controller will add to its pods
     */
    public InjectionDecision decide(JsonNode template, Set<String> otherVolumes) {
        var pod = new PodTree(template);
        OptIn optIn = OptIn.of(template.path("metadata"));
        Optional<SkipReason> skip = reasonToSkip(pod, optIn);
        if (skip.isPresent()) {
            return new InjectionDecision.Skip(skip.get());
        }
        if (optIn instanceof OptIn.Mistaken mistaken) {
            return new InjectionDecision.Reject(RejectReason.OPT_IN_MISTAKE, mistaken.problems());
        }
        var problems = new Problems();
        pod.checkShape(problems);
        if (!problems.isEmpty()) {
            return new InjectionDecision.Reject(problems.list());
        }
        boolean injected = identity(pod).runs(OwnContainers.MIGRATE);
        return injected ? decideInjected(pod, otherVolumes) : decideNew(pod, otherVolumes);
    }

    private static Optional<SkipReason> reasonToSkip(PodTree pod, OptIn optIn) {
        if (optIn instanceof OptIn.Nothing) {
            return Optional.of(SkipReason.NOT_OPTED_IN);
        }
        if (optIn instanceof OptIn.Out) {
            return Optional.of(SkipReason.OPTED_OUT);
        }
        return pod.isMirror() ? Optional.of(SkipReason.MIRROR_POD) : Optional.empty();
    }

    private InjectionDecision decideNew(PodTree pod, Set<String> otherVolumes) {
        var problems = new Problems();
        var values = AnnotationValues.read(pod, problems);
        InjectionPlan plan = plan(pod, values, otherVolumes, problems);
        return problems.isEmpty() ? new InjectionDecision.Inject(plan) : new InjectionDecision.Reject(problems.list());
    }

    private InjectionPlan plan(PodTree pod, AnnotationValues values, Set<String> otherVolumes, Problems problems) {
        checkPod(pod, values, problems);
        checkDatabase(values, problems);
        DatabaseAccess takenOver = takenOver(pod, values, problems);
        int index = order(values, takenOver).indexAmong(pod.initContainers());
        ResourceNumbers resources = ContainerResources.choose(
                pod, pod.initContainers().subList(0, index), values, defaults.resources(), problems);
        MigrationsMount migrations =
                MigrationsMount.choose(values, pod, otherVolumes, defaults, defaults.imageVolumes(), problems);
        MigratorContainers containers = containers(pod, values, takenOver, migrations, resources, problems);
        List<ObjectNode> missingVolumes = missingVolumes(pod, containers.volumes(), problems);
        List<String> warnings = PodWarnings.of(values, pod, containers, index);
        return new InjectionPlan(
                containers.initContainers(),
                index,
                missingVolumes,
                containers.settings(),
                defaults.version(),
                warnings);
    }

    private void checkPod(PodTree pod, AnnotationValues values, Problems problems) {
        WindowsPods.field(pod)
                .ifPresent(field -> problems.add(
                        field,
                        (field.contains("ffinity") || field.endsWith("build") ? "selects" : "is")
                                + " 'windows'; the migrator image is for Linux, so this pod cannot opt in"));
        checkNames(pod, problems);
        OptIn.checkStrays(pod.root().path("metadata"), problems);
        values.get(Annotations.POSITION)
                .flatMap(Position::reference)
                .ifPresent(name -> checkReference(name, pod, problems));
    }

    private void checkNames(PodTree pod, Problems problems) {
        reportForgeries(pod, name -> problems.add("spec", notMade(name)), problems);
        PodTree.namesOf(pod.otherContainers()).stream()
                .filter(OwnContainers.NAMES::contains)
                .distinct()
                .forEach(name -> problems.add("spec", notMade(name)));
    }

    private static String notMade(String name) {
        return "has a container " + name + " that the webhook did not make; rename it, the name is ours";
    }

    /** Reports what init containers with a name of ours have that ours do not. */
    private void reportForgeries(PodTree pod, Consumer<String> genuine, Problems problems) {
        ContainerIdentity identity = identity(pod);
        for (JsonNode container : pod.initContainers()) {
            String name = PodTree.nameOf(container);
            if (OwnContainers.NAMES.contains(name)) {
                identity.objection(container)
                        .ifPresentOrElse(
                                objection -> problems.add(
                                        "spec.initContainers",
                                        "has a container " + name + " that is not as the webhook makes it: " + objection
                                                + "; leave it out and the webhook adds it, or rename it: the name is ours"),
                                () -> genuine.accept(name));
            }
        }
    }

    private Problems forgeries(PodTree pod) {
        var problems = new Problems();
        reportForgeries(pod, genuine -> {}, problems);
        identity(pod)
                .otherSecret()
                .ifPresent(secret -> problems.add(
                        "spec.volumes",
                        "has a volume " + OwnContainers.DATABASE_VOLUME + " with another Secret than "
                                + Annotations.DATABASE_SECRET.key()
                                + " names; leave out our containers and volumes, and the webhook adds them"));
        return problems;
    }

    private ContainerIdentity identity(PodTree pod) {
        return new ContainerIdentity(pod, defaults.image());
    }

    private void checkReference(String name, PodTree pod, Problems problems) {
        List<String> initContainers = PodTree.namesOf(pod.initContainers());
        if (initContainers.contains(name) || defaults.mayAppearLater(name)) {
            return;
        }
        if (PodTree.namesOf(pod.containers()).contains(name)) {
            problems.add(
                    Annotations.POSITION.key(),
                    "names " + FieldKind.NAME.show(name)
                            + ", which is no init container; those run before all others anyway");
        } else {
            PodNames.unknown(Annotations.POSITION.key(), "init container", name, initContainers, problems);
        }
    }

    private MigratorContainers containers(
            PodTree pod,
            AnnotationValues values,
            DatabaseAccess takenOver,
            MigrationsMount migrations,
            ResourceNumbers resources,
            Problems problems) {
        return new MigratorContainers(
                values.get(Annotations.IMAGE).orElse(defaults.image()),
                values.get(Annotations.IMAGE_PULL_POLICY).orElse(defaults.imagePullPolicy()),
                settings(values, migrations, problems),
                values.get(Annotations.PREFLIGHT).orElse(defaults.preflight()),
                resources,
                values.get(Annotations.DATABASE_SECRET),
                takenOver,
                migrations,
                runAsUser(pod));
    }

    private static void checkDatabase(AnnotationValues values, Problems problems) {
        boolean secret = values.isGiven(Annotations.DATABASE_SECRET);
        boolean from = values.isGiven(Annotations.DATABASE_FROM);
        if (secret && from) {
            problems.add(
                    Annotations.DATABASE_FROM.key(),
                    "is given besides " + Annotations.DATABASE_SECRET.key() + "; expected one of the two");
        } else if (!secret && !from) {
            problems.add(
                    Annotations.DATABASE_SECRET.key(),
                    "is missing; expected the name of a Secret, or " + Annotations.DATABASE_FROM.key()
                            + ": container:NAME");
        }
    }

    private static DatabaseAccess takenOver(PodTree pod, AnnotationValues values, Problems problems) {
        Optional<String> name = values.get(Annotations.DATABASE_FROM);
        if (name.isEmpty()) {
            return DatabaseAccess.NOTHING;
        }
        Optional<JsonNode> container = pod.container(name.get());
        if (container.isEmpty()) {
            List<String> known = PodTree.namesOf(pod.allContainers());
            PodNames.unknown(Annotations.DATABASE_FROM.key(), "container", name.get(), known, problems);
        }
        return container.map(DatabaseAccess::from).orElse(DatabaseAccess.NOTHING);
    }

    private Settings settings(AnnotationValues values, MigrationsMount migrations, Problems problems) {
        var settings = new Settings.Builder(problems).setAll(defaults.settings());
        values.addTo(settings);
        migrations
                .folder()
                .ifPresent(folder -> settings.set(Setting.MIGRATIONS, folder, Annotations.MIGRATIONS_PATH.key()));
        return settings.build();
    }

    /** Everywhere else the image's own user, or the one the pod or OpenShift chooses, is right. */
    private static Optional<Integer> runAsUser(PodTree pod) {
        JsonNode user = pod.spec().path("securityContext").path("runAsUser");
        return user.isIntegralNumber() && user.longValue(1) == 0 ? Optional.of(NON_ROOT_USER) : Optional.empty();
    }

    private static List<ObjectNode> missingVolumes(PodTree pod, List<ObjectNode> needed, Problems problems) {
        var missing = new ArrayList<ObjectNode>();
        for (ObjectNode volume : needed) {
            List<JsonNode> present = pod.volumes().stream()
                    .filter(each -> PodTree.nameOf(each).equals(PodTree.nameOf(volume)))
                    .toList();
            if (present.isEmpty()) {
                missing.add(volume);
            } else if (!present.stream().allMatch(volume::equals)) {
                problems.add(
                        "spec.volumes",
                        "has a volume " + PodTree.nameOf(volume)
                                + " that the webhook did not make; rename it, the name is ours");
            }
        }
        return missing;
    }

    /**
     * An injected pod has what its annotations ask for, or its owner changed them in a copy. A name that is unknown
     * here may come from another version of this webhook, which injected the pod.
     */
    private InjectionDecision decideInjected(PodTree pod, Set<String> otherVolumes) {
        if (OwnContainers.lacksPreflight(pod)) {
            return new InjectionDecision.Reject(withoutPreflight().list());
        }
        var unreadable = new Problems();
        var values = AnnotationValues.read(pod, unreadable);
        var problems = new Problems();
        checkDatabase(values, problems);
        DatabaseAccess takenOver = takenOver(pod, values, problems);
        MigrationsMount migrations = MigrationsMount.choose(
                values, pod, otherVolumes, defaults, InjectedPod.mountsImages(pod, defaults.imageVolumes()), problems);
        if (!problems.isEmpty()) {
            return new InjectionDecision.Reject(problems.list());
        }
        var injected = new InjectedPod(pod, values, defaults);
        List<Problem> differences = injected.differences(migrations);
        List<Problem> forged = forgeries(pod).list();
        if (!differences.isEmpty() || !forged.isEmpty()) {
            List<Problem> all =
                    Stream.concat(differences.stream(), forged.stream()).toList();
            RejectReason reason = differences.isEmpty() ? RejectReason.INVALID : RejectReason.STALE_COPY;
            return new InjectionDecision.Reject(reason, all);
        }
        if (!unreadable.isEmpty()) {
            return new InjectionDecision.Skip(SkipReason.ALREADY_INJECTED, warnings(unreadable));
        }
        var repair = new RepairPlan(
                DatabaseAccessRefresh.of(
                        pod, containers(pod, values, takenOver, migrations, defaults.resources(), problems), values),
                order(values, takenOver).moves(pod.initContainers()));
        return repair.isEmpty()
                ? new InjectionDecision.Skip(SkipReason.ALREADY_INJECTED, injected.warnings())
                : new InjectionDecision.Repair(repair);
    }

    private static List<String> warnings(Problems problems) {
        return problems.list().stream().map(Problem::toString).toList();
    }

    private static Problems withoutPreflight() {
        var problems = new Problems();
        problems.add(
                "spec.initContainers",
                "has " + OwnContainers.MIGRATE + " without the pre-flight that the pod's annotations ask for: neither "
                        + OwnContainers.PREFLIGHT + " nor, unless " + Annotations.PREFLIGHT.key()
                        + " is container, " + PreflightMode.FLAG + "; leave ours out and the webhook adds them");
        return problems;
    }

    private InitOrder order(AnnotationValues values, DatabaseAccess takenOver) {
        return new InitOrder(
                values.get(Annotations.POSITION).orElseGet(Position.Auto::new),
                defaults.secretInjectors(),
                takenOver.envFileVolumes());
    }
}
