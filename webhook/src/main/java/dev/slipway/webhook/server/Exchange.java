package dev.slipway.webhook.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One request and its answer. Takes care that the answer is given once, that a client which sends or reads too slowly
 * is cut off, and that everything taken is given back, however it ends. Used on its event loop only, except as stated.
 */
final class Exchange implements Holdings.Holder {
    /** How long a client may go on sending after a refusal, so that it gets to read the refusal instead of a reset. */
    private static final long LINGER_MILLIS = 2_000;

    /** What an exchange reports about itself. */
    interface Listener {
        /** The body is complete. */
        void whole(Exchange exchange);

        /** Others need its place; it gets no answer any more. */
        void gaveWay(Exchange exchange);

        /** Nothing more happens; called once. */
        void over(Exchange exchange);
    }

    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final Connections.Entry connection;
    private final Holdings holdings;
    private final ServerLimits limits;
    private final Listener listener;
    private final long started = System.nanoTime();
    private final long timer;
    private Buffer body = Buffer.buffer();
    private boolean whole;
    private boolean answered;
    private volatile boolean leaving;
    private volatile boolean over;

    Exchange(
            Vertx vertx,
            HttpServerRequest request,
            Connections.Entry connection,
            Holdings holdings,
            ServerLimits limits,
            Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.connection = connection;
        this.holdings = holdings;
        this.limits = limits;
        this.listener = listener;
        this.timer = vertx.setTimer(limits.requestTimeout().toMillis(), id -> timedOut());
    }

    /** From here on the listener is told. */
    void start() {
        request.exceptionHandler(failure -> end());
        request.response().exceptionHandler(failure -> end());
        request.response().closeHandler(closed -> end());
    }

    @Override
    public Object source() {
        return connection.source();
    }

    Connections.Entry connection() {
        return connection;
    }

    /** Any thread may ask. */
    boolean isOver() {
        return over;
    }

    boolean isWhole() {
        return whole;
    }

    /** Whether its body comes more slowly than any API server's. */
    boolean isTooSlow(long now) {
        Duration since = Duration.ofNanos(now - started);
        return !whole && !answered && !over && since.compareTo(limits.bodyTime(body.length())) > 0;
    }

    /** Collects the body, as long as it stays within the limits. */
    void readBody(int maxBody, Consumer<byte[]> whenComplete, Consumer<Integer> whenRefused) {
        hold(Holdings.EACH);
        request.handler(chunk -> {
            if (answered || over) {
                return;
            }
            if (body.length() + chunk.length() > maxBody) {
                whenRefused.accept(413);
            } else {
                body.appendBuffer(chunk);
                hold(chunk.length());
            }
        });
        request.endHandler(complete -> {
            if (!answered && !over && !leaving) {
                whole = true;
                holdings.release(this);
                listener.whole(this);
                byte[] bytes = body.getBytes();
                body = Buffer.buffer();
                whenComplete.accept(bytes);
            }
        });
    }

    /** May be called by any thread; does nothing if the exchange is over by then. */
    void onEventLoop(Runnable work) {
        context.runOnContext(ignored -> work.run());
    }

    /** @param last whether the connection is to be closed after this answer */
    void answer(int status, String contentType, Buffer content, boolean last) {
        if (answered || over) {
            return;
        }
        answered = true;
        body = Buffer.buffer();
        holdings.release(this);
        HttpServerResponse response = request.response().setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (status == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        if (last && isHttp1()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        leaving = false;
        hold(Holdings.EACH + content.length());
        response.end(content).onComplete(written -> {
            if (last) {
                closeWhenRead();
            }
            end();
        });
    }

    private void hold(long bytes) {
        if (!leaving && !over) {
            holdings.hold(this, bytes);
        }
    }

    @Override
    public void giveWay() {
        leaving = true;
        onEventLoop(this::leave);
    }

    private void leave() {
        if (over) {
            return;
        }
        if (!answered) {
            listener.gaveWay(this);
        } else if (isHttp1()) {
            request.connection().close();
            end();
        } else {
            request.response().reset();
            end();
        }
    }

    private void closeWhenRead() {
        if (!isHttp1()) {
            request.connection().shutdown(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else if (request.isEnded()) {
            request.connection().close();
        } else {
            request.handler(discarded -> {});
            request.endHandler(complete -> request.connection().close());
            vertx.setTimer(LINGER_MILLIS, id -> request.connection().close());
        }
    }

    private void timedOut() {
        request.connection().close();
        end();
    }

    private boolean isHttp1() {
        return request.version() != HttpVersion.HTTP_2;
    }

    private void end() {
        if (!over) {
            over = true;
            body = Buffer.buffer();
            vertx.cancelTimer(timer);
            holdings.release(this);
            listener.over(this);
        }
    }
}
