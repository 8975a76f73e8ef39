package dev.slipway.testkit.postgres;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test method, or every {@code @Test} of a class, once on each PostgreSQL major of {@link Major#selected()}.
 *
 * <p>Each test gets a database of its own as a parameter of type {@link TestDatabase}; the server that it lies on is
 * shared by the JVM, and comes as {@link PostgresServer}. A test fails when it leaves a session of Slipway or an advisory
 * lock behind. Tests that restart a server, or need special settings, start their own by {@link PostgresServer#start}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ClassTemplate
@ExtendWith(PostgresExtension.class)
public @interface PostgresTest {
    /** Runs on the first of the selected majors only: for a rule in which the server's version has no part. */
    boolean onOneMajor() default false;
}
