package dev.slipway.certs.command;

import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Flag.Takes;

/** The flags of the command line. */
final class Option {
    static final Flag DIR = Flag.of("--dir", Takes.ONE, "DIR", "the folder of ca.crt, ca.key, tls.crt and tls.key");
    static final Flag DNS =
            Flag.of("--dns", Takes.WORDS, "NAME…", "DNS names to serve: --dns a b, --dns a --dns b or --dns a,b");
    static final Flag IP = Flag.of("--ip", Takes.WORDS, "IP…", "IP addresses to serve, written like the names");
    static final Flag VALIDITY =
            Flag.of("--validity", Takes.ONE, "90d", "how long the serving certificate lives; default 90d");
    static final Flag CA_VALIDITY =
            Flag.of("--ca-validity", Takes.ONE, "1825d", "how long the CA lives; default 1825d");
    static final Flag NEW_CA = Flag.of(
            "--new-ca",
            "make a new CA and keep the old ones in ca.crt; publish that, then run renew without this flag");
    static final Flag FORCE = Flag.of("--force", "replace files that exist");

    private Option() {}
}
