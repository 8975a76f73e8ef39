package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchPathTest {
    @Test
    void namesAreReadAsTheServerReadsThem() {
        assertThat(SearchPath.names("\"$user\", public")).containsExactly("$user", "public");
        assertThat(SearchPath.names("APP,\"App\"")).containsExactly("app", "App");
        assertThat(SearchPath.names(" \"a,b\" ,\"say \"\"x\"\"\"")).containsExactly("a,b", "say \"x\"");
        assertThat(List.of(SearchPath.names(""), SearchPath.names("\"\""), SearchPath.names(" , ")))
                .containsOnly(List.of());
        assertThat(SearchPath.names("\"never closed, public")).hasSize(1);
    }
}
