package dev.slipway.migrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.failure.Refusal.Heals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server refuses in an open session: in scripts, and in statements of this program itself. */
class RefusalTest {
    /** SQLSTATE, message; in a script: kind, what may fix it, way out; outside of scripts: kind, exit code. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            55P03 | canceling statement due to lock timeout | LOCKED | BY_ANOTHER_TRY | raise lock-timeout | LOCKED | 7
            40P01 | deadlock detected | COLLIDED | BY_ANOTHER_TRY | when less is going on | COLLIDED | 5
            40001 | could not serialize access | COLLIDED | BY_ANOTHER_TRY | when less is going on | COLLIDED | 5
            53100 | could not extend file | DISK_FULL | NEVER | free space on the database server | DISK_FULL | 5
            53200 | out of memory | OUT_OF_MEMORY | NEVER | more memory | OUT_OF_MEMORY | 5
            53300 | too many connections | WRONG_SQL | NEVER | correct the SQL | UNEXPECTED | 5
            57014 | canceling statement due to statement timeout | TIMED_OUT | NEVER | raise statement-timeout | TIMED_OUT | 5
            57014 | canceling statement due to user request | CANCELLED | NEVER | find out why | CANCELLED | 5
            57P01 | raised by a script | WRONG_SQL | NEVER | correct the SQL | UNEXPECTED | 5
            08006 | raised by a script | WRONG_SQL | NEVER | correct the SQL | UNEXPECTED | 5
            23505 | could not create unique index | DUPLICATE_KEY | NEVER | merge or delete them | UNEXPECTED | 5
            23502 | column "a" contains null values | BROKEN_BY_ROWS | NEVER | correct them in a migration | UNEXPECTED | 5
            23503 | violates foreign key constraint | BROKEN_BY_ROWS | NEVER | correct them in a migration | UNEXPECTED | 5
            23514 | check constraint is violated | BROKEN_BY_ROWS | NEVER | correct them in a migration | UNEXPECTED | 5
            55P04 | unsafe use of new value | NEW_ENUM_VALUE | NEVER | a migration of its own | UNEXPECTED | 5
            25001 | cannot run inside a transaction block | REFUSES_TRANSACTION | NEVER | executeInTransaction=false | UNEXPECTED | 5
            42501 | permission denied | LACKS_PRIVILEGE | NEVER | grant the privilege | NO_GRANT | 4
            25006 | cannot execute in a read-only transaction | WRONG_SQL | NEVER | correct the SQL | READ_ONLY | 4
            42P07 | relation "t" already exists | EXISTS | NEVER | there already | UNEXPECTED | 5
            2BP01 | other objects depend on it | NEEDED_BY_OTHERS | NEVER | depends on it | UNEXPECTED | 5
            42601 | syntax error | WRONG_SQL | NEVER | correct the SQL | UNEXPECTED | 5
            """)
    void overASessionThatLives(
            String state, String message, Refusal script, Heals heals, String wayOut, Refusal outside, int exit) {
        boolean timedOut = message.contains("statement timeout");
        Refusal refusal = Refusal.ofScript(state, timedOut, true);
        assertThat(refusal).isEqualTo(script);
        assertThat(refusal.heals()).isEqualTo(heals);
        assertThat(refusal.wayOut()).contains(wayOut);
        Refusal ours = Refusal.outsideOfScripts(state, timedOut, true);
        assertThat(ours).isEqualTo(outside);
        assertThat(ours.exitCode().code()).isEqualTo(exit);
        assertThat(ours.wayOut()).doesNotContain("correct the SQL");
    }

    @ParameterizedTest
    @CsvSource({"57P01", "08006", "23505", "55P03"})
    void ofADeadSessionTheStateSaysNothing(String state) {
        assertThat(Refusal.ofScript(state, false, false)).isEqualTo(Refusal.SESSION_ENDED);
        assertThat(Refusal.outsideOfScripts(state, false, false)).isEqualTo(Refusal.SESSION_ENDED);
        assertThat(Refusal.SESSION_ENDED.exitCode().code()).isEqualTo(3);
    }

    /** The troubleshooting page has a line for each. */
    @ParameterizedTest
    @EnumSource
    void isInTheDocumentation(Refusal refusal) throws IOException {
        String mends = switch (refusal.heals()) {
            case NEVER -> "no";
            case WHILE_CONNECTING -> "within `connect-timeout`";
            case BY_ANOTHER_ROUND -> "five new connections";
            case BY_ANOTHER_TRY -> "nine more tries";
        };
        String wayOut = refusal.wayOut("NAME", "ROLE");
        assertThat(Files.readAllLines(Path.of("../docs/troubleshooting.md")))
                .anyMatch(line -> line.endsWith(" | " + mends + " | " + wayOut + " |")
                        || line.endsWith(
                                " | " + mends + " | " + refusal.exitCode().code() + " | " + wayOut + " |"));
    }
}
