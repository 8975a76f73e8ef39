package dev.slipway.webhook.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;

/**
 * One request and its answer. Takes care that the answer is given once, that a client which sends or reads too slowly is
 * cut off, and that everything taken is given back, whichever way it ends.
 */
final class Exchange {
    /** How long a client may go on sending after a refusal, so that it gets to read the refusal instead of a reset. */
    private static final long LINGER_MILLIS = 2_000;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Budget budget;
    private final Runnable whenOver;
    private final Buffer body = Buffer.buffer();
    private final long timer;
    private boolean entered;
    private boolean answered;
    private boolean over;

    /** @param whenOver called once, when nothing more happens on this request */
    Exchange(Vertx vertx, HttpServerRequest request, Budget budget, ServerLimits limits, Runnable whenOver) {
        this.vertx = vertx;
        this.request = request;
        this.budget = budget;
        this.whenOver = whenOver;
        this.timer = vertx.setTimer(limits.requestTimeout().toMillis(), id -> timedOut());
        request.exceptionHandler(failure -> end());
        request.response().exceptionHandler(failure -> end());
        request.response().closeHandler(closed -> end());
    }

    boolean enter() {
        entered = budget.tryEnter();
        return entered;
    }

    /** Collects the body, as long as it stays within the limits. */
    void readBody(int maxBody, Consumer<byte[]> whenComplete, Consumer<Integer> whenRefused) {
        request.handler(chunk -> {
            if (answered) {
                return;
            }
            if (body.length() + chunk.length() > maxBody) {
                whenRefused.accept(413);
            } else if (!budget.tryBuffer(chunk.length())) {
                whenRefused.accept(503);
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(complete -> {
            if (!answered) {
                whenComplete.accept(body.getBytes());
            }
        });
    }

    /** @param last whether the connection is to be closed after this answer */
    void answer(int status, String contentType, Buffer content, boolean last) {
        if (answered || over) {
            return;
        }
        answered = true;
        HttpServerResponse response = request.response().setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (last && isHttp1()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(content).onComplete(written -> {
            if (last) {
                closeWhenRead();
            }
            end();
        });
    }

    private void closeWhenRead() {
        if (!isHttp1()) {
            request.connection().shutdown(LINGER_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS);
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
            vertx.cancelTimer(timer);
            if (entered) {
                budget.leave(body.length());
            }
            whenOver.run();
        }
    }
}
