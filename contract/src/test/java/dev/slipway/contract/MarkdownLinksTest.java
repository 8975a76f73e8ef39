package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownLinksTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyLinkOfTheSourceTreeLeadsSomewhere() {
        var links = new MarkdownLinks(ROOT);

        assertThat(links.all()).hasSizeGreaterThan(80);
        assertThat(links.broken()).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        Path folder = ROOT.resolve("docs").toAbsolutePath().normalize();
        try (Stream<Path> pages = Files.list(folder)) {
            assertThat(linkedFrom(folder.resolve("README.md")))
                    .containsAll(pages.filter(page -> page.toString().endsWith(".md"))
                            .filter(page -> !page.endsWith("README.md"))
                            .toList());
        }
    }

    @Test
    void whatLeadsNowhereIsNamedWithItsPlace(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("a.md"), """
                # The one `heading`, and another
                [right](#the-one-heading-and-another) and [gone](#the-other) and [no file](b.md)
                ```sh
                [in a block](c.md)
                ```
                `[in code](d.md)` [elsewhere](https://example.com/e.md) [out](../../f.md)
                """);
        Files.writeString(root.resolve("rules.yaml"), """
                url: https://github.com/slipway-dev/slipway/blob/main/a.md#the-one-heading-and-another
                wrong: https://github.com/slipway-dev/slipway/blob/main/a.md#nothing
                """);

        assertThat(new MarkdownLinks(root).broken())
                .containsExactlyInAnyOrder(
                        "a.md:2: #the-other: there is no such heading; there are the-one-heading-and-another",
                        "a.md:2: b.md: there is no such file",
                        "a.md:6: ../../f.md: leads out of the source tree",
                        "rules.yaml:2: a.md#nothing: there is no such heading; there are the-one-heading-and-another");
    }

    @Test
    void headingsGetTheAnchorsOfGitHub() {
        assertThat(MarkdownLinks.anchor("The pod hangs in `Init:0/2` or `Init:1/2`"))
                .isEqualTo("the-pod-hangs-in-init02-or-init12");
        assertThat(MarkdownLinks.anchor("See [the page](page.md): a_b, c-d")).isEqualTo("see-the-page-a_b-c-d");
    }

    private static List<Path> linkedFrom(Path page) {
        return new MarkdownLinks(ROOT)
                .all().stream()
                        .filter(link -> link.source().equals(page))
                        .map(MarkdownLinks.Link::file)
                        .toList();
    }
}
