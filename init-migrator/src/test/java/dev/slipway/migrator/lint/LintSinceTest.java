package dev.slipway.migrator.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not on another branch yet, in real repositories. */
class LintSinceTest {
    @TempDir
    private Path place;

    private Path repository;
    private LintFolder lint;

    @BeforeEach
    void released() throws Exception {
        repository = Files.createDirectory(place.resolve("repository"));
        lint = new LintFolder(repository.resolve("db"));
        git("init", "-q", "-b", "main");
        lint.file("V1__a.sql", "create table t (id int, v text);\n")
                .file("V2__b.sql", "create table u (id int);\n")
                .file("R__view.sql", "create or replace view w as select id from t;\n");
        commit();
        git("checkout", "-q", "-b", "topic");
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        return git(repository, arguments);
    }

    private static String git(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@example.org"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void commit() throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "-m", "x");
    }

    @Test
    void onlyWhatIsNewIsJudged() throws IOException {
        lint.file("V3__c.sql", "create index t_v on t (v);\n");
        LintFolder.Judged judged = lint.lint("--since", "main");
        assertThat(judged.findings()).as(judged.output()).containsExactly("create-index-not-concurrent V3__c.sql:1");
        assertThat(judged.document().path("released").asInt()).isEqualTo(3);
        assertThat(judged.document().path("judged").asInt()).isEqualTo(1);
    }

    @Test
    void whatWasReleasedMustStay() throws IOException {
        lint.file("V1__a.sql", "create table t (id bigint, v text);\n").file("V3__b.sql", "create table u (id int);\n");
        Files.delete(lint.path().resolve("V2__b.sql"));
        Files.move(lint.path().resolve("R__view.sql"), lint.path().resolve("R__views.sql"));
        assertThat(lint.lint("--since", "main").findings())
                .containsExactlyInAnyOrder(
                        "changed-after-release V1__a.sql:0",
                        "renamed-after-release V3__b.sql:0",
                        "renamed-after-release R__views.sql:0");
        Files.delete(lint.path().resolve("V3__b.sql"));
        assertThat(lint.lint("--since", "main").findings()).contains("deleted-after-release V2__b.sql:0");
    }

    @Test
    void otherLineEndsAreNoChange() throws IOException {
        lint.file("V1__a.sql", "create table t (id int, v text);\r\n");
        assertThat(lint.lint("--since", "main").findings()).isEmpty();
    }

    /** The branch that merges second: what main got meanwhile is not missing here, but its version counts. */
    @Test
    void aBranchThatMergesSecondComesLate() throws Exception {
        lint.file("V3__topic.sql", "create table topic (id int);\n");
        commit();
        git("checkout", "-q", "main");
        lint.file("V4__main.sql", "create table other (id int);\n").file("R__view.sql", "select 1;\n");
        commit();
        git("checkout", "-q", "topic");
        LintFolder.Judged late = lint.lint("--since", "main");
        assertThat(late.findings()).as(late.output()).containsExactly("late-version V3__topic.sql:0");
        assertThat(late.exitCode()).isEqualTo(ExitCode.HISTORY_DIFFERS);
        assertThat(lint.lint("--since", "main", "--out-of-order", "allow").findings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--output=x", "-x", "nowhere", "main..topic", "", "main:db", "HEAD^{tree}", "a b", "@{-9}"})
    void aStrangeNameIsNoCommit(String ref) throws IOException {
        LintFolder.Judged judged = lint.lint("--since=" + ref);
        assertThat(judged.exitCode()).as(judged.output()).isEqualTo(ExitCode.USAGE);
        assertThat(repository.resolve("x")).doesNotExist();
        assertThat(repository.resolve("db/x")).doesNotExist();
    }

    @Test
    void whereThereIsNoRepositoryItSaysSo() throws IOException {
        LintFolder outside = new LintFolder(place.resolve("outside")).file("V1__a.sql", "select 1;");
        LintFolder.Judged judged = outside.lint("--since", "main");
        assertThat(judged.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(judged.output()).contains("is in no repository that git can read", "--released VERSION");
    }

    @Test
    void aShallowCloneIsTold() throws Exception {
        lint.file("V3__c.sql", "create table c (id int);\n");
        commit();
        Path clone = place.resolve("clone");
        git(place, "clone", "-q", "--depth", "1", "--branch", "topic", "file://" + repository, clone.toString());
        LintFolder.Judged judged = new LintFolder(clone.resolve("db")).lint("--since", "origin/main");
        assertThat(judged.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(judged.output()).contains("the clone is shallow", "fetch-depth: 0");
        git(clone, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main");
        assertThat(new LintFolder(clone.resolve("db"))
                        .lint("--since", "origin/main")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void aFolderThatIsNewHasNothingReleased() throws IOException {
        LintFolder fresh = new LintFolder(repository.resolve("new folder ü:é"))
                .file("V1__a b.sql", "create table n (id int); create index n_id on n (id);");
        LintFolder.Judged judged = fresh.lint("--since", "main");
        assertThat(judged.findings()).as(judged.output()).isEmpty();
        assertThat(judged.document().path("judged").asInt()).isEqualTo(1);
    }

    @Test
    void noProgramOfTheRepositoryRuns() throws Exception {
        Path ran = place.resolve("ran");
        Path hook = repository.resolve(".git/monitor");
        Files.writeString(hook, "#!/bin/sh\ntouch " + ran + "\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        git("config", "core.fsmonitor", hook.toString());
        git("config", "core.pager", hook.toString());
        lint.file("V3__c.sql", "create table c (id int);\n");
        assertThat(lint.lint("--since", "main").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ran).doesNotExist();
    }

    @Test
    void aDrizzleFolderIsReadAsSuch() throws Exception {
        LintFolder drizzle = new LintFolder(repository.resolve("drizzle"))
                .file("0000_first.sql", "CREATE TABLE \"d\" (\"i\" integer);")
                .file("meta/_journal.json", journal(1));
        commit();
        drizzle.file("0001_second.sql", "ALTER TABLE \"d\" ALTER COLUMN \"i\" SET NOT NULL;")
                .file("meta/_journal.json", journal(2));
        LintFolder.Judged judged = drizzle.lint("--since", "HEAD");
        assertThat(judged.findings()).as(judged.output()).containsExactly("set-not-null-scan 0001_second.sql:1");
    }

    private static String journal(int entries) {
        String second = entries == 1
                ? ""
                : ",{\"idx\":1,\"version\":\"7\",\"when\":1726950666817,\"tag\":\"0001_second\",\"breakpoints\":true}";
        return "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"version\":\"7\",\"when\":1726802192107,"
                + "\"tag\":\"0000_first\",\"breakpoints\":true}" + second + "]}";
    }
}
