package dev.slipway.e2e.demo;

import dev.slipway.contract.Problems;
import dev.slipway.testkit.files.Folders;
import dev.slipway.testkit.kubelet.KnownObjects;
import dev.slipway.testkit.kubelet.Kubelet;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubelet.PodRun;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.databind.JsonNode;

/** {@code ./demo}. Exit codes: 0 all went as announced, 1 something did not, 2 usage. */
public final class DemoMain {
    private static final Path EXAMPLES = Path.of("k8s", "examples");
    private static final String MIGRATIONS_FROM = "slipway.dev/migrations-from";

    private final Screen screen;
    private final Options options;
    private final Stage stage;

    private DemoMain(Screen screen, Options options, Stage stage) {
        this.screen = screen;
        this.options = options;
        this.stage = stage;
    }

    public static void main(String[] arguments) {
        var problems = new Problems();
        Optional<Options> options = Options.parse(List.of(arguments), problems);
        if (options.isEmpty()) {
            System.err.println(problems.describe("the command line"));
        }
        System.exit(options.map(DemoMain::play).orElse(2));
    }

    private static int play(Options options) {
        var screen = new Screen(System.out, Boolean.getBoolean("slipway.demo.colours"));
        var stage = new Stage();
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "clean up"));
        try {
            new DemoMain(screen, options, stage).play();
            return 0;
        } catch (CompletionException failed) {
            return tell(screen, stage, String.valueOf(failed.getCause()));
        } catch (IOException | GeneralSecurityException | RuntimeException | AssertionError failed) {
            return tell(screen, stage, String.valueOf(failed.getMessage()));
        } catch (InterruptedException interrupted) {
            return 1;
        } finally {
            stage.close();
        }
    }

    /** A failure after Ctrl-C is caused by it, and is not reported. */
    private static int tell(Screen screen, Stage stage, String failure) {
        if (!stage.isClosed()) {
            screen.line("");
            screen.paragraph(Screen.Tone.BAD, "", "The demo failed: " + failure);
        }
        return 1;
    }

    private void play() throws IOException, InterruptedException, GeneralSecurityException {
        JsonNode deployment = Manifests.read(
                Program.inSourceTree(EXAMPLES.resolve("shop-api.yaml").toString()), "Deployment");
        var workload = new Workload(deployment);
        var broken = workload.withAnnotation(MIGRATIONS_FROM, nextVersion(workload.annotation(MIGRATIONS_FROM)));
        Path folder = stage.folder();

        screen.line(Screen.Tone.STRONG, "Slipway: an annotated Deployment, three replicas, an empty PostgreSQL");
        screen.line("");
        long start = System.nanoTime();
        CompletableFuture<WebhookProcess> starting = stage.webhook(Files.createDirectory(folder.resolve("tls")));
        TestDatabase database = stage.database();
        Map<String, LocalImage> images = images(folder, workload, broken);
        WebhookProcess webhook = starting.join();
        Kubelet kubelet = stage.kubelet(objects(workload, database), images);
        screen.line("  database    PostgreSQL " + database.server().major().version() + " on 127.0.0.1:"
                + database.server().port());
        screen.line("  webhook     " + webhook.url() + ", with a CA of its own");
        screen.line("  containers  " + Demo.describe(kubelet.isolation()));
        screen.line(
                Screen.Tone.FAINT, "  ready after " + Durations.format(Duration.ofNanos(System.nanoTime() - start)));

        var demo = new Demo(
                screen,
                () -> new Timeline(screen, options.logs(), stage::isClosed),
                database,
                stage.client(webhook),
                kubelet);
        List<PodRun> pods = demo.play(workload, broken);
        if (options.keep()) {
            keep(database, webhook, pods);
        }
    }

    /** Never returns: Ctrl-C ends the process, and with it everything that was started. */
    private void keep(TestDatabase database, WebhookProcess webhook, List<PodRun> pods) throws InterruptedException {
        screen.heading("Database, webhook and the " + pods.size() + " old pods stay up until Ctrl-C");
        screen.line("  export DATABASE_URL=" + database.url());
        screen.line("  psql \"$DATABASE_URL\"");
        screen.line("  init-migrator/bin/slipway status --migrations migrations/sql");
        screen.line("  curl " + webhook.metrics());
        pods.stream().map(Demo::url).flatMap(Optional::stream).forEach(each -> screen.line("  curl " + each));
        Thread.sleep(Long.MAX_VALUE);
    }

    /** The Secret of the example, with the database that really is there. */
    private static KnownObjects objects(Workload workload, TestDatabase database) {
        return new KnownObjects()
                .withSecret(
                        workload.namespace(),
                        workload.annotation("slipway.dev/database-secret"),
                        Map.of("DATABASE_URL", database.url()));
    }

    private static Map<String, LocalImage> images(Path folder, Workload workload, Workload broken) throws IOException {
        Path sql = Program.inSourceTree("migrations/sql");
        Path brokenSql = folder.resolve("broken-sql");
        Folders.copy(sql, brokenSql);
        BrokenMigration.writeTo(brokenSql);
        return Map.of(
                "ghcr.io/slipway-dev/slipway-migrator:0.1.0",
                Images.migrator(),
                reference(workload),
                Images.migrations(sql),
                reference(broken),
                Images.migrations(brokenSql),
                workload.deployment()
                        .at("/spec/template/spec/containers/0/image")
                        .asString(),
                Images.sampleApplication(folder.resolve("app")));
    }

    private static String reference(Workload workload) {
        return workload.annotation(MIGRATIONS_FROM).replaceFirst("^image:", "");
    }

    private static String nextVersion(String imageReference) {
        return imageReference.replaceFirst("[^:]*$", "") + "1.1.0";
    }
}
