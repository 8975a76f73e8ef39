package dev.slipway.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlocksTest {
    @Test
    void aBlockIsReadWithoutItsIndentationAndWithWhatItNeeds() {
        List<Block> blocks = Blocks.read("a.md", """
                Text
                <!-- needs: Vault, kind -->
                ```sh
                vault status
                ```
                1. In a list

                   ```yaml
                   a:
                     b: 1

                   ```
                """.lines().toList());

        assertThat(blocks)
                .containsExactly(
                        new Block("a.md", 3, "sh", "vault status\n", Set.of("Vault", "kind")),
                        new Block("a.md", 8, "yaml", "a:\n  b: 1\n\n", Set.of()));
    }

    @Test
    void whatCannotBeMeantIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> Blocks.read("a.md", List.of("text", "```sh", "ls")))
                .hasMessage("a.md:2: this block is never closed");
        assertThatThrownBy(() -> Blocks.read("a.md", List.of("<!-- needs: Vault -->", "", "```sh", "ls", "```")))
                .hasMessage("a.md:1: no block follows on the next line");
    }
}
