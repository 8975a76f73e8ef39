package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlCommand.DetachPartition;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.SqlCommand.Other;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqlCommandTest {
    private static SqlCommand command(String sql) {
        return SqlScript.parse(sql).statements().get(0).command();
    }

    @Test
    void createIndexTellsNameAndTable() {
        assertThat(
                        command(
                                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS Orders_Idx ON ONLY Shop.Orders USING btree (a)"))
                .isEqualTo(new CreateIndex(
                        true, true, true, Optional.of("orders_idx"), QualifiedName.of("shop", "orders")));
        assertThat(command("create /* x */ index \"Odd \"\"Name\" -- y\n on \"T\"(a)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("Odd \"Name"), QualifiedName.of("T")));
        assertThat(command("CREATE INDEX i ON ONLY (a.b) (c)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("i"), QualifiedName.of("a", "b")));
        assertThat(command("CREATE INDEX i ON db.a.b (c)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("i"), QualifiedName.of("a", "b")));
    }

    @Test
    void anIndexMayBeLeftWithoutAName() {
        assertThat(command("CREATE INDEX CONCURRENTLY ON t (a)"))
                .isEqualTo(new CreateIndex(false, true, false, Optional.empty(), QualifiedName.of("t")));
        assertThat(command("CREATE INDEX \"on\" ON t (a)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("on"), QualifiedName.of("t")));
        assertThat(command("CREATE INDEX if ON t (a)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("if"), QualifiedName.of("t")));
    }

    @Test
    void anIndexLivesInTheSchemaOfItsTable() {
        var index = (CreateIndex) command("CREATE INDEX i ON shop.orders (a)");
        assertThat(index.index()).contains(QualifiedName.of("shop", "i"));
        assertThat(index.index().orElseThrow().quoted()).isEqualTo("\"shop\".\"i\"");
    }

    @Test
    void namesAreFoldedAndCutAsInTheCatalog() {
        assertThat(command("CREATE INDEX U&\"d\\0061t\\+000061\" ON \u00C4Bc (a)"))
                .isEqualTo(new CreateIndex(false, false, false, Optional.of("data"), QualifiedName.of("\u00C4bc")));
        assertThat(((CreateIndex) command("CREATE INDEX " + "x".repeat(70) + " ON t (a)")).name())
                .contains("x".repeat(63));
        assertThat(((CreateIndex) command("CREATE INDEX " + "\u00E4".repeat(40) + " ON t (a)")).name())
                .contains("\u00E4".repeat(31));
    }

    @Test
    void dropIndexTellsEveryName() {
        assertThat(command("DROP INDEX CONCURRENTLY IF EXISTS a.b, \"C\" CASCADE"))
                .isEqualTo(new DropIndex(true, true, List.of(QualifiedName.of("a", "b"), QualifiedName.of("C"))));
    }

    @Test
    void reindexKnowsBothWaysToSayConcurrently() {
        var table = new Reindex(Reindex.Target.TABLE, true, Optional.of(QualifiedName.of("s", "t")));
        assertThat(command("REINDEX TABLE CONCURRENTLY s.t")).isEqualTo(table);
        assertThat(command("REINDEX (VERBOSE, CONCURRENTLY) TABLE s.t")).isEqualTo(table);
        assertThat(command("REINDEX (CONCURRENTLY on, TABLESPACE x) TABLE s.t")).isEqualTo(table);
        assertThat(command("REINDEX (CONCURRENTLY off) INDEX i"))
                .isEqualTo(new Reindex(Reindex.Target.INDEX, false, Optional.of(QualifiedName.of("i"))));
        assertThat(command("REINDEX DATABASE"))
                .isEqualTo(new Reindex(Reindex.Target.DATABASE, false, Optional.empty()));
    }

    @Test
    void detachedPartitionsAreNamed() {
        var detach = new DetachPartition(QualifiedName.of("m"), QualifiedName.of("s", "m1"), true, false);
        assertThat(command("ALTER TABLE IF EXISTS ONLY m DETACH PARTITION s.m1 CONCURRENTLY"))
                .isEqualTo(detach);
        assertThat(command("ALTER TABLE m DETACH PARTITION s.m1 FINALIZE"))
                .isEqualTo(new DetachPartition(QualifiedName.of("m"), QualifiedName.of("s", "m1"), false, true));
    }

    @Test
    void everythingElseIsOther() {
        assertThat(command("SELECT 1")).isEqualTo(new Other());
        assertThat(command("CREATE TABLE t (a int)")).isEqualTo(new Other());
        assertThat(command("ALTER TABLE t ADD COLUMN a int")).isEqualTo(new Other());
        assertThat(command("CREATE INDEX")).isEqualTo(new Other());
    }
}
