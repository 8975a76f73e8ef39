package dev.slipway.webhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the answers mean; real ones come from the API server in e2e's ChartInstallIT. */
class InjectionCheckTest {
    @Test
    void aPodWithTheMigratorIsInjected() {
        assertThat(InjectionCheck.judge("""
                        {"spec":{"initContainers":[{"name":"istio-init"},{"name":"slipway-migrate"}]}}""", "shop")).isEmpty();
    }

    @Test
    void aPodWithoutItIsNot() {
        assertThat(InjectionCheck.judge("""
                        {"spec":{"containers":[{"name":"slipway-migrate"}]}}""", "shop"))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("would start in namespace shop", "namespaceSelector"));
    }

    @Test
    void whatIsNoJsonIsAProblemToo() {
        assertThat(InjectionCheck.judge("<html>", "shop"))
                .hasValueSatisfying(problem -> assertThat(problem).contains("something that is no pod"));
    }
}
