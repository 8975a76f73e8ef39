package dev.slipway.migrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    void onlyMainsKnowTheEnvironmentAndEndTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.slipway.migrator.Main")
                .and()
                .doNotHaveFullyQualifiedName("dev.slipway.migrator.Training")
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
    void whatRunsScriptsDoesNotKnowWhoWritesTheHistory() {
        noClasses()
                .that()
                .resideInAPackage("dev.slipway.migrator.apply")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.slipway.migrator.flyway", "dev.slipway.migrator.plan", "org.flywaydb..")
                .check(CLASSES);
    }

    @Test
    void whatStatementsLockIsReadFromTheirTextAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.slipway.migrator.effects")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..", "dev.slipway.migrator.effects", "dev.slipway.migrator.sql", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void commandsKnowAllAndOnlyTheProgramKnowsThem() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.slipway.migrator", "dev.slipway.migrator.command")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.slipway.migrator.command")
                .check(CLASSES);
    }

    /**
     * One name, one thing. Nested classes may share a name, such as {@code Kind}, because it is read together with its
     * class.
     */
    @Test
    void noClassHasTheNameOfAnother() {
        Map<String, List<JavaClass>> byName = CLASSES.stream()
                .filter(each ->
                        !each.isAnonymousClass() && !each.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getSimpleName));
        assertThat(byName.values().stream()
                        .filter(same -> same.size() > 1 && same.stream().anyMatch(JavaClass::isTopLevelClass))
                        .map(same -> same.stream().map(JavaClass::getName).toList()))
                .isEmpty();
    }

    @Test
    void thePackagesHaveNoCycles() {
        slices().matching("dev.slipway.migrator.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
