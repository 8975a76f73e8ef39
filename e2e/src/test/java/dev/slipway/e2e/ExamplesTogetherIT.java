package dev.slipway.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything of {@code k8s/examples} and {@code k8s/jobs} on one database, as {@code shop-database} is one for all of
 * them.
 */
class ExamplesTogetherIT {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    /** One container that runs the migrator: its arguments, and what the manifest sets. */
    private record Run(String name, List<String> arguments, Map<String, String> env) {}

    @PostgresTest(onOneMajor = true)
    void inTheOrderOfTheirNames(TestDatabase database) throws IOException {
        all(database, runs());
    }

    @PostgresTest(onOneMajor = true)
    void inTheOppositeOrder(TestDatabase database) throws IOException {
        List<Run> runs = new ArrayList<>(runs());
        Collections.reverse(runs);
        all(database, runs);
    }

    private static void all(TestDatabase database, List<Run> runs) {
        for (int round = 0; round < 2; round++) {
            for (Run run : runs) {
                Program program = Program.migrator(run.arguments().toArray(String[]::new))
                        .withEnv(database.env())
                        .withEnv(run.env());
                ProcessResult ended;
                try (RunningProcess running = program.start()) {
                    ended = running.awaitExit(DEADLINE);
                }
                assertThat(ended.exitCode()).as("%s: %s", run.name(), ended).isZero();
            }
        }
        assertThat(database.rows("select to_regclass(t)::text from unnest(array['flyway_schema_history',"
                        + " 'worker_schema_history', 'work_queue', 'orders']) t where to_regclass(t) is null"))
                .isEmpty();
    }

    /** Without the Jobs that a person starts for one occasion: a rollback takes away what the others make. */
    private List<Run> runs() throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        for (Path example : List.of(Manifests.EXAMPLES, Manifests.JOBS)) {
            try (Stream<Path> files = Files.list(example)) {
                for (Path file : files.filter(each -> each.toString().endsWith(".yaml"))
                        .sorted()
                        .toList()) {
                    objects.addAll(read(file));
                }
            }
        }
        List<Run> runs = new ArrayList<>();
        for (HasMetadata object : objects) {
            if (object instanceof Deployment deployment) {
                runs.add(run(deployment, objects));
            } else if (object instanceof Job job && !isForOneOccasion(job)) {
                runs.addAll(runs(job));
            }
        }
        assertThat(runs).hasSizeGreaterThanOrEqualTo(4);
        return runs;
    }

    private static boolean isForOneOccasion(Job job) {
        String name = job.getMetadata().getName();
        return name.contains("rollback") || name.contains("baseline");
    }

    private static Collection<HasMetadata> read(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            Object read = YAML.unmarshal(stream);
            return read instanceof Collection<?> several
                    ? several.stream().map(HasMetadata.class::cast).toList()
                    : List.of((HasMetadata) read);
        }
    }

    /** As the webhook gives it to the migrator: each annotation is the variable of the same name. */
    private Run run(Deployment deployment, List<HasMetadata> objects) throws IOException {
        Map<String, String> annotations =
                deployment.getSpec().getTemplate().getMetadata().getAnnotations();
        Map<String, String> env = new TreeMap<>();
        for (String setting : List.of("history-table", "wait-timeout")) {
            String value = annotations.get("slipway.dev/" + setting);
            if (value != null) {
                env.put("SLIPWAY_" + setting.toUpperCase(Locale.ROOT).replace('-', '_'), value);
            }
        }
        String from = requireNonNull(annotations.get("slipway.dev/migrations-from"));
        Path migrations = from.startsWith("configmap:")
                ? written(from.substring("configmap:".length()), objects)
                : Manifests.MIGRATIONS;
        env.put("SLIPWAY_MIGRATIONS", migrations.toString());
        return new Run(deployment.getMetadata().getName(), List.of("migrate", "--preflight"), env);
    }

    private Path written(String configMap, List<HasMetadata> objects) throws IOException {
        Path migrations = Files.createDirectories(folder.resolve(configMap));
        for (HasMetadata object : objects) {
            if (object instanceof ConfigMap map && map.getMetadata().getName().equals(configMap)) {
                for (Map.Entry<String, String> file : map.getData().entrySet()) {
                    Files.writeString(migrations.resolve(file.getKey()), file.getValue());
                }
            }
        }
        return migrations;
    }

    private static List<Run> runs(Job job) {
        var pod = job.getSpec().getTemplate().getSpec();
        List<Run> runs = new ArrayList<>();
        for (Container container : Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .filter(each -> each.getImage().contains("slipway-migrator"))
                .toList()) {
            Map<String, String> env = new TreeMap<>();
            for (EnvVar variable : container.getEnv()) {
                if (variable.getValue() != null) {
                    env.put(variable.getName(), variable.getValue());
                }
            }
            env.put("SLIPWAY_MIGRATIONS", Manifests.MIGRATIONS.toString());
            runs.add(new Run(job.getMetadata().getName() + "/" + container.getName(), container.getArgs(), env));
        }
        return runs;
    }
}
