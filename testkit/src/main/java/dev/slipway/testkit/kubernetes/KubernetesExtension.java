package dev.slipway.testkit.kubernetes;

import dev.slipway.testkit.kubernetes.KubeBinaries.MissingBinariesException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Starts the control plane for the first test that asks, and ends it after the last test; see {@link KubernetesTest}. */
public final class KubernetesExtension implements ExecutionCondition, ParameterResolver, TestWatcher, AfterAllCallback {
    /** The system property that, set to {@code true}, asks for the oldest supported version. */
    static final String OLDEST = "slipway.kubernetes.oldest";

    private static final Namespace STORE = Namespace.create(KubernetesExtension.class);

    private final Map<String, String> environment = System.getenv();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<GivenCluster> given = GivenCluster.find(environment);
        return given.isPresent() ? conditionOfGiven(given.get(), context) : conditionOfOwn();
    }

    private static ConditionEvaluationResult conditionOfGiven(GivenCluster given, ExtensionContext context) {
        if (isOldest()) {
            return ConditionEvaluationResult.disabled(given.kubeconfig() + " is one cluster, and is tested once");
        }
        return context.getElement()
                .flatMap(element -> Optional.ofNullable(element.getAnnotation(OwnControlPlane.class)))
                .map(needed -> ConditionEvaluationResult.disabled(
                        "not on the cluster of " + given.kubeconfig() + ": " + needed.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("cluster of " + given.kubeconfig()));
    }

    private ConditionEvaluationResult conditionOfOwn() {
        try {
            return ConditionEvaluationResult.enabled(
                    "control plane in " + binaries().folder());
        } catch (MissingBinariesException missing) {
            if ("true".equals(environment.get("CI"))) {
                throw missing;
            }
            return ConditionEvaluationResult.disabled(String.valueOf(missing.getMessage()));
        }
    }

    private KubeBinaries binaries() {
        return isOldest() ? KubeBinaries.findOldest(environment) : KubeBinaries.find(environment);
    }

    private static boolean isOldest() {
        return Boolean.getBoolean(OLDEST);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == KubeApiServer.class || type == KubernetesCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Optional<GivenCluster> given = parameter.getParameter().getType() == KubernetesCluster.class
                ? GivenCluster.find(environment)
                : Optional.empty();
        return given.isPresent() ? given.get() : shared(context).server();
    }

    private Shared shared(ExtensionContext context) {
        return session(context)
                .computeIfAbsent(
                        Shared.class,
                        key -> new Shared(KubeApiServer.start(binaries()).startControllers()),
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
        Shared shared = session(context).get(Shared.class, Shared.class);
        if (shared != null) {
            shared.server().keepLogs();
            context.publishReportEntry(
                    "kubernetes logs", shared.server().folder().toString());
        }
    }

    /** Of this JVM, not of the root context: a JVM beside others gets a root for each class. */
    private static Store session(ExtensionContext context) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, STORE);
    }

    /** Closed by JUnit together with its store, after the last test. */
    private record Shared(KubeApiServer server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }
}
