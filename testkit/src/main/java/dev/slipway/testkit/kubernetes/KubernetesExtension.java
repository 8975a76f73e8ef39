package dev.slipway.testkit.kubernetes;

import dev.slipway.testkit.kubernetes.KubeBinaries.MissingBinariesException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Starts the control plane for the first test that asks, and ends it after the last test; see {@link KubernetesTest}. */
public final class KubernetesExtension implements ExecutionCondition, ParameterResolver, TestWatcher, AfterAllCallback {
    private static final Namespace STORE = Namespace.create(KubernetesExtension.class);

    private final Map<String, String> environment = System.getenv();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            return ConditionEvaluationResult.enabled(
                    "control plane in " + KubeBinaries.find(environment).folder());
        } catch (MissingBinariesException missing) {
            if ("true".equals(environment.get("CI"))) {
                throw missing;
            }
            return ConditionEvaluationResult.disabled(String.valueOf(missing.getMessage()));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KubeApiServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context).server();
    }

    private Shared shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(STORE)
                .computeIfAbsent(
                        Shared.class,
                        key -> new Shared(KubeApiServer.start(KubeBinaries.find(environment))
                                .startControllers()),
                        Shared.class);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        keepLogs(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            keepLogs(context);
        }
    }

    private static void keepLogs(ExtensionContext context) {
        Shared shared = context.getRoot().getStore(STORE).get(Shared.class, Shared.class);
        if (shared != null) {
            shared.server().keepLogs();
            context.publishReportEntry(
                    "kubernetes logs", shared.server().folder().toString());
        }
    }

    /** Closed by JUnit together with the root store, after the last test. */
    private record Shared(KubeApiServer server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }
}
