package dev.slipway.webhook;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BordersTest {
    private static final String ROOT = "dev.slipway.webhook";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void decisionsKnowNoVertx() {
        noClasses()
                .that()
                .resideInAnyPackage("..injection..", "..admission..", "..config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..", "io.fabric8..")
                .check(CLASSES);
    }

    @Test
    void decisionsReadNoFileAndNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage("..injection..", "..admission..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    /** What two snapshots of a pod mean, and what is written about it, is decided without cluster, clock or meters. */
    @Test
    void whatIsSeenOfAPodIsDecidedWithoutTheCluster() {
        noClasses()
                .that()
                .resideInAPackage("..watch..")
                .and()
                .haveNameMatching(".*\\.(EndedRun|RunReport|PodReader|PodSnapshot|ContainerSnapshot|Termination|Outcome"
                        + "|Occurrence|EventBook|WriteBudget|PlainText|Workload|WorkloadName|ObjectReference)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.micrometer..", "java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .check(CLASSES);
    }

    @Test
    void onlyMainReadsTheEnvironmentAndExits() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(WebhookMain.class.getName())
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** One name, one thing. Nested classes may share a name, as {@code Keep}, which is read with that of its class. */
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
    void theFlowGoesOneWay() {
        noClasses()
                .that()
                .resideInAPackage("..injection..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".admission..", ROOT + ".server..", ROOT + ".config..", ROOT + ".metrics..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..admission..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".server..", ROOT + ".config..", ROOT + ".metrics..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".server..", ROOT + ".certificates..", ROOT + ".metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".metrics..")
                .check(CLASSES);
    }
}
