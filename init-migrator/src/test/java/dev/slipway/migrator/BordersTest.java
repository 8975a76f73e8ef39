package dev.slipway.migrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders of design 2, as ordinary tests: no runner can skip them. */
class BordersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.slipway.migrator");

    @Test
    void flywayIsKnownInOnePackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.slipway.migrator.flyway")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.flywaydb..")
                .check(CLASSES);
    }

    @Test
    void vertxIsKnownInThePreflightOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.slipway.migrator.preflight..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void theMigratorDoesNotKnowTheWebhook() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.slipway.webhook..")
                .check(CLASSES);
    }

    @Test
    void onlyMainKnowsTheEnvironmentAndEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.slipway.migrator.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void theSqlPackageUsesTheJdkOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.slipway.migrator.sql")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "dev.slipway.migrator.sql", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void thePackagesHaveNoCycles() {
        slices().matching("dev.slipway.migrator.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
