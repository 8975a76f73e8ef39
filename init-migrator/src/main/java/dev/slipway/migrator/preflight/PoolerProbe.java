package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Detects transaction poolers, behind which a session lock protects nothing. It opens two connections at the same time.
 * Without a pooler, each has its own server process and keeps the settings of its session. With a pooler, both sooner
 * or later reach the same server process, so the probe alternates between them a few times.
 */
final class PoolerProbe {
    static final String NAME = "pooler";
    private static final int ROUNDS = 4;
    private static final String WAY_OUT =
            "put the URL of the server itself into DIRECT_URL; it is used for migrations only, the application keeps its pooler";

    /**
     * What the two connections saw in one round.
     *
     * @param firstPid the server process of the first connection
     * @param secondPid the server process of the second connection
     * @param firstMark the value that the first connection still has of its own setting
     * @param secondMark the value that the second connection has of the first one's setting
     */
    record Round(int firstPid, int secondPid, String firstMark, String secondMark) {}

    private PoolerProbe() {}

    /** @param second another connection to the same server */
    static Finding probe(ServerSession first, ServerSession second) {
        String mark = UUID.randomUUID().toString();
        var rounds = new ArrayList<Round>();
        ServerAnswer set = first.ask("select set_config('slipway.probe', '" + mark + "', false)");
        if (!(set instanceof ServerAnswer.Rows)) {
            return Check.unanswered(NAME, set);
        }
        for (int round = 0; round < ROUNDS; round++) {
            ServerAnswer one = first.ask(look());
            ServerAnswer two = second.ask(look());
            if (!(one instanceof ServerAnswer.Rows ones)) {
                return Check.unanswered(NAME, one);
            }
            if (!(two instanceof ServerAnswer.Rows twos)) {
                return Check.unanswered(NAME, two);
            }
            rounds.add(round(ones.only(), twos.only()));
        }
        first.ask("select set_config('slipway.probe', '', false)");
        return judge(mark, first.announcedPid(), rounds);
    }

    private static String look() {
        return "select pg_backend_pid(), coalesce(current_setting('slipway.probe', true), '')";
    }

    private static Round round(Row one, Row two) {
        return new Round(one.getInteger(0), two.getInteger(0), one.getString(1), two.getString(1));
    }

    static Finding judge(String mark, int announcedPid, List<Round> rounds) {
        Optional<String> proof = proof(mark, rounds);
        if (proof.isPresent()) {
            return Finding.refuse(NAME, "a transaction pooler is in between: " + proof.get(), WAY_OUT);
        }
        int pid = rounds.get(0).firstPid();
        if (announcedPid != pid) {
            return Finding.warn(
                    NAME,
                    "a pooler or proxy is in between (it announced process " + announcedPid + ", the server has " + pid
                            + "), but it kept two sessions apart",
                    "harmless in session mode; otherwise " + WAY_OUT);
        }
        return Finding.pass(NAME, "none: two connections are two sessions");
    }

    private static Optional<String> proof(String mark, List<Round> rounds) {
        for (Round round : rounds) {
            if (round.firstPid() == round.secondPid()) {
                return Optional.of(
                        "two connections that are open at the same time share server process " + round.firstPid());
            }
            if (round.secondMark().equals(mark)) {
                return Optional.of("what one connection sets in its session, another one sees");
            }
            if (round.firstPid() != rounds.get(0).firstPid()) {
                return Optional.of("one connection moved from server process "
                        + rounds.get(0).firstPid() + " to " + round.firstPid());
            }
            if (!round.firstMark().equals(mark)) {
                return Optional.of("a connection lost what it had set in its session");
            }
        }
        return Optional.empty();
    }
}
