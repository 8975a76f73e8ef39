package dev.slipway.testkit.postgres;

import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Multiplies tests by the PostgreSQL majors; used through {@link PostgresTest}. */
public final class PostgresExtension
        implements TestTemplateInvocationContextProvider, ClassTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod()
                .filter(method -> method.isAnnotationPresent(PostgresTest.class))
                .isPresent();
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return majors(context.getRequiredTestMethod()).map(TestOnMajor::new);
    }

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return context.getTestClass()
                .filter(testClass -> testClass.isAnnotationPresent(PostgresTest.class))
                .isPresent();
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        return majors(context.getRequiredTestClass()).map(ClassOnMajor::new);
    }

    private static Stream<Major> majors(AnnotatedElement annotated) {
        boolean one = annotated.getAnnotation(PostgresTest.class).onOneMajor();
        return Major.selected().stream().limit(one ? 1 : Long.MAX_VALUE);
    }

    private record TestOnMajor(Major major) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return major.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new DatabasePerTest(major));
        }
    }

    private record ClassOnMajor(Major major) implements ClassTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return major.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new DatabasePerTest(major));
        }
    }
}
