package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({"/, /", "/migrations, /migrations", "sql/, /sql", "//a///b/, /a/b", "./a/./b, /a/b", "/a b, /a b"})
    void aPathIsAbsoluteAndPlain(String text, String path) {
        assertThat(MigrationsPath.parse(text)).hasValue(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "/a/../b", "a,b", "../up"})
    void aPathStaysInsideItsSource(String text) {
        assertThat(MigrationsPath.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres",
                "registry.example:5000/team/app:1.2",
                "ghcr.io/x/y@sha256:0123",
                "[2001:db8::1]:5000/app",
                "UPPER.example/app"
            })
    void imageReferences(String text) {
        assertThat(KubernetesNames.imageReference(text)).hasValue(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " app", "app:1 2", "$(IMAGE)", "-app", "app\n"})
    void noImageReferences(String text) {
        assertThat(KubernetesNames.imageReference(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image:", "container:", "configmap:A", "volume:a.b", "images", "Image", "image: x", "volume:"})
    void noSources(String text) {
        assertThat(MigrationsSource.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "before", "before:", "after:A", "auto:x", "First"})
    void noPositions(String text) {
        assertThat(Position.parse(text)).isEmpty();
    }
}
