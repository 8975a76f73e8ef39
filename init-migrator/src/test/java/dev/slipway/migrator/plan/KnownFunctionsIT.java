package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without a server, PostgreSQL's own functions are those of a list: it has to have each of every major. */
class KnownFunctionsIT {
    static List<Major> majors() {
        return Major.selected();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theListHasEachFunctionOfTheServer(Major major) throws SQLException {
        Catalogue catalogue = Catalogue.ofScripts(List.of(), "public");
        var missing = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres");
                ResultSet names = connection
                        .createStatement()
                        .executeQuery("select distinct proname from pg_proc"
                                + " where pronamespace = 'pg_catalog'::regnamespace order by 1")) {
            while (names.next()) {
                if (!catalogue.isBuiltIn(names.getString(1))) {
                    missing.add(names.getString(1));
                }
            }
        }
        assertThat(missing).isEmpty();
    }
}
