package dev.slipway.migrator.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnclosableConnectionTest {
    private final List<Method> called = new ArrayList<>();
    private final Connection connection = new UnclosableConnection((Connection) Proxy.newProxyInstance(
            UnclosableConnectionTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
                called.add(method);
                return zero(method.getReturnType());
            }));

    static Stream<Method> methods() {
        return Arrays.stream(Connection.class.getMethods()).filter(method -> !method.isDefault());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void onlyToCloseItIsNotPassedOn(Method method) throws ReflectiveOperationException {
        Object[] zeros = Arrays.stream(method.getParameterTypes())
                .map(UnclosableConnectionTest::zero)
                .toArray();

        method.invoke(connection, zeros);

        assertThat(called).isEqualTo(method.getName().equals("close") ? List.of() : List.of(method));
    }

    private static @Nullable Object zero(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        return type == int.class ? 0 : null;
    }
}
