package dev.slipway.e2e.demo;

import dev.slipway.testkit.files.Folders;
import dev.slipway.testkit.kubelet.Backoff;
import dev.slipway.testkit.kubelet.Isolation;
import dev.slipway.testkit.kubelet.KnownObjects;
import dev.slipway.testkit.kubelet.Kubelet;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Everything that has to be up before the first pod comes: database, webhook, and a player of the kubelet. */
final class Stage implements AutoCloseable {
    /** Quicker than the kubelet's, to avoid a long wait for the second attempt of the broken release. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final Lock closing = new ReentrantLock();
    private volatile boolean closed;

    /** A folder that is deleted at the end. */
    Path folder() throws IOException {
        Path folder = Files.createTempDirectory("slipway-demo-");
        opened(() -> Folders.delete(folder));
        return folder;
    }

    TestDatabase database() {
        PostgresServer server = opened(PostgresServer.start(Major.NEWEST));
        return server.createDatabase();
    }

    /** Started in the background, because it takes a second or two. */
    CompletableFuture<WebhookProcess> webhook(Path folder) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                WebhookProcess webhook = opened(WebhookProcess.start(folder));
                webhook.awaitReady();
                return webhook;
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException("the webhook does not start", failed);
            }
        });
    }

    Kubelet kubelet(KnownObjects objects, Map<String, LocalImage> images) {
        return opened(new Kubelet(objects, images, Isolation.best(), BACKOFF));
    }

    AdmissionClient client(WebhookProcess webhook) throws GeneralSecurityException, IOException {
        return new AdmissionClient(webhook.url(), webhook.authority());
    }

    /** Whether the end has begun, so that what fails now fails because of it. Never waits for the end. */
    boolean isClosed() {
        return closed;
    }

    /** In the reverse order of opening; also safe to call while things are still being opened. */
    @Override
    public void close() {
        closed = true;
        closing.lock();
        try {
            for (AutoCloseable each = open.poll(); each != null; each = open.poll()) {
                closeQuietly(each);
            }
        } finally {
            closing.unlock();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        if (closed) {
            close();
            throw new IllegalStateException("the demo is being ended");
        }
        return resource;
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failed) {
            System.err.println("cleaning up: " + failed);
        }
    }
}
