package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.process.ImageFlags;
import dev.slipway.testkit.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which parts of this machine stand for the images that the manifests name. */
public final class Images {
    public static final String WEBHOOK = "ghcr.io/slipway-dev/slipway-webhook:0.1.0";
    public static final String MIGRATOR = "ghcr.io/slipway-dev/slipway-migrator:0.1.0";

    /** What the example Deployment mounts: the SQL files of {@code migrations/}. */
    public static final String MIGRATIONS = "registry.example.com/shop/migrations:1.0.0";

    private static final String WEBHOOK_JAR = "/opt/slipway-webhook/slipway-webhook.jar";

    private Images() {}

    /** The three that the manifests and the example name. */
    public static Map<String, LocalImage> all() {
        var images = new TreeMap<String, LocalImage>();
        images.put(WEBHOOK, webhook());
        images.put(MIGRATOR, migrator());
        images.put(MIGRATIONS, LocalImage.of().withFiles("/migrations", Program.inSourceTree("migrations/sql")));
        return images;
    }

    private static LocalImage webhook() {
        var start = new ArrayList<>(ImageFlags.javaWithFlags());
        start.addAll(List.of("-jar", WEBHOOK_JAR));
        return withJava(LocalImage.of(start.toArray(String[]::new))
                .withFiles(WEBHOOK_JAR, Program.inSourceTree("webhook/target/slipway-webhook.jar")));
    }

    /** The layout of the image: launcher and jar below /opt/slipway. */
    private static LocalImage migrator() {
        return withJava(LocalImage.of("/opt/slipway/bin/slipway")
                .withFiles("/opt/slipway/bin", Program.inSourceTree("init-migrator/bin"))
                .withFiles("/opt/slipway/lib/slipway.jar", Program.inSourceTree("init-migrator/target/slipway.jar"))
                .withEnv("SLIPWAY_JAVA", Program.java().toString()));
    }

    /** Programs below /usr are seen in every container; a JDK elsewhere is not. */
    private static LocalImage withJava(LocalImage image) {
        Path home = Path.of(System.getProperty("java.home"));
        return home.startsWith("/usr") ? image : image.withFiles(home.toString(), home);
    }
}
