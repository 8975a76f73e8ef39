package dev.slipway.testkit.postgres;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands a fresh database to a test on the JVM's shared server, checks for leftovers after the test, and drops it. */
final class DatabasePerTest implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(DatabasePerTest.class);

    private final Major major;

    DatabasePerTest(Major major) {
        this.major = major;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == PostgresServer.class || (type == TestDatabase.class && isOfOneTest(context));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresServer.class ? server(context) : database(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestDatabase database = context.getStore(NAMESPACE).remove(TestDatabase.class, TestDatabase.class);
        if (database != null) {
            try {
                Leftovers.assertNone(database, Leftovers.GRACE);
            } finally {
                database.server().dropDatabase(database.name());
            }
        }
    }

    /** Not of a whole class: a database is never shared between tests. */
    private static boolean isOfOneTest(ExtensionContext context) {
        return context.getTestMethod().isPresent();
    }

    private TestDatabase database(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(TestDatabase.class, ignored -> server(context).createDatabase(), TestDatabase.class);
    }

    /** One for each major in a JVM. Not of the root context: a JVM beside others gets a root for each class. */
    private PostgresServer server(ExtensionContext context) {
        Store shared = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
        return shared.computeIfAbsent(major, PostgresServer::start, PostgresServer.class);
    }
}
