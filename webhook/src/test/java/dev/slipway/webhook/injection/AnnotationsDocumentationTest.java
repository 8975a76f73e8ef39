package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AnnotationsDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "annotations.md");
    private static final Path WEBHOOK = Path.of("..", "docs", "webhook.md");
    private static final Path README = Path.of("..", "README.md");

    /** What Slipway itself writes, on pods and on its Lease. */
    private static final Set<String> OWN = Set.of("injected", "counted-until");

    @Test
    void theDocumentHasTheTableOfTheDeclarations() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains(table());
    }

    @Test
    void theDocumentsNameNoAnnotationThatDoesNotExist() throws IOException {
        assertThat(mentioned(Files.readString(README))).contains("migrate").isSubsetOf(declared());
        assertThat(mentioned(Files.readString(DOCUMENT))).isSubsetOf(declared());
        assertThat(mentioned(Files.readString(WEBHOOK))).isSubsetOf(declared());
    }

    @Test
    void theReadmeIsShortAndLeavesTheTableToTheDocument() throws IOException {
        assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(150).doesNotContain(header());
        assertThat(Files.readString(README)).contains("(docs/annotations.md)");
    }

    @Test
    void everyAnnotationIsExplained() {
        assertThat(Annotations.all()).allSatisfy(annotation -> {
            assertThat(annotation.meaning()).endsWith(".").hasSizeGreaterThan(20);
            assertThat(annotation.values()).isNotBlank();
            assertThat(annotation.defaultText()).isNotBlank();
            assertThat(annotation.key()).startsWith("slipway.dev/");
        });
        assertThat(Annotations.all().stream().map(Annotation::name).toList()).doesNotHaveDuplicates();
    }

    /** Paste this into the document if this test fails. */
    private static String table() {
        var table = new StringBuilder(header()).append("\n|---|---|---|---|\n");
        for (Annotation<?> annotation : Annotations.all()) {
            table.append("| `").append(annotation.name()).append("` | ");
            table.append(annotation.values().replace("|", "\\|")).append(" | ");
            table.append(annotation.defaultText()).append(" | ");
            table.append(annotation.meaning()).append(" |\n");
        }
        return table.toString();
    }

    private static String header() {
        return "| annotation | values | default | meaning |";
    }

    private static Set<String> declared() {
        return Annotations.all().stream().map(Annotation::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> mentioned(String text) {
        return Pattern.compile("slipway\\.dev/([a-z][a-z-]*)")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !OWN.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
