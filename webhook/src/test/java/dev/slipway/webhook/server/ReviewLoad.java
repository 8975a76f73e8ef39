package dev.slipway.webhook.server;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that send one review after the other, half of them on kept-alive and half on new connections. */
public final class ReviewLoad implements AutoCloseable {
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final List<Thread> clients = new ArrayList<>();
    private volatile Target target;

    /** Where requests go. */
    public interface Target {
        HttpClient newClient();

        HttpRequest review();
    }

    public ReviewLoad(int count, Target first) {
        target = first;
        for (int client = 0; client < count; client++) {
            boolean alwaysNew = client % 2 == 1;
            clients.add(new Thread(() -> run(alwaysNew), "client-" + client));
        }
        clients.forEach(Thread::start);
    }

    /** From the next request on, as when the API server learns of another endpoint. */
    public void sendTo(Target next) {
        target = next;
    }

    /** Until so many more were answered, or one was not. */
    public void awaitMore(int requests) throws InterruptedException {
        int goal = answered.get() + requests;
        while (answered.get() < goal && failures.isEmpty()) {
            Thread.sleep(5);
        }
    }

    /** What went wrong, once every client has ended. */
    public Queue<String> stopAndGetFailures() throws InterruptedException {
        running.set(false);
        for (Thread client : clients) {
            client.join();
        }
        return failures;
    }

    private void run(boolean alwaysNew) {
        Target known = target;
        HttpClient client = known.newClient();
        while (running.get()) {
            Target current = target;
            if (alwaysNew || known != current) {
                client = current.newClient();
                known = current;
            }
            send(client, current);
        }
    }

    private void send(HttpClient client, Target to) {
        try {
            int status = client.send(to.review(), BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                failures.add("status " + status);
            }
        } catch (Exception failure) {
            failures.add(failure.toString());
        }
        answered.incrementAndGet();
    }

    @Override
    public void close() {
        running.set(false);
    }
}
