package dev.slipway.certs.command;

import java.time.Clock;
import java.util.List;

/** The entry point of {@code slipway-certs.jar}. */
public final class CertsMain {
    private CertsMain() {}

    public static void main(String[] args) {
        var console = new Console(System.out, System.err, Clock.systemUTC());
        ExitStatus status = CertsCommand.run(List.of(args), console);
        System.out.flush();
        System.exit(status.code());
    }
}
