package dev.slipway.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellBlockIT {
    @TempDir
    private Path folder;

    @Test
    void callsAreNotedAsBashHandsThemOverAlsoOfProgramsThatAreNotThere() throws IOException {
        assertThat(calls("""
                        kubectl get pods -o jsonpath='{.items[0]}' | base64 -d >pods
                        unheard-of --flag "two words"   # a comment
                        newest=$(psql -c "select 1")
                        init-migrator/bin/slipway migrate --migrations "$newest"
                        k8s/ci/deploy --deployment a -- kubectl apply -k b
                        """).stream().map(Object::toString))
                .contains(
                        "a.md:1: kubectl get pods -o jsonpath={.items[0]}",
                        "a.md:1: unheard-of --flag two words",
                        "a.md:1: init-migrator/bin/slipway migrate --migrations 1",
                        "a.md:1: kubectl apply -k b");
    }

    @Test
    void whatBashOrAScriptOfOursRefusesFails() {
        for (String wrong : List.of(
                "for file in *; do\n",
                "k8s/jobs/no-such-script\n",
                "cat <no-such-file\n",
                "kubectl get pods > /no-such-folder/pods\n",
                "k8s/ci/deploy --no-such-flag -- kubectl apply\n")) {
            assertThatThrownBy(() -> calls(wrong)).as(wrong).hasMessageStartingWith("a.md:1 cannot be run: ");
        }
    }

    private List<ShellBlock.Call> calls(String text) throws IOException {
        Path own = Files.createTempDirectory(folder, "block");
        return ShellBlock.calls(new Block("a.md", 1, "sh", text, Set.of()), Program.inSourceTree(""), own);
    }
}
