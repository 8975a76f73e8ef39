package dev.slipway.e2e.containers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * For tests that need a Docker engine with Compose. If there is none, the class is reported as skipped, with the
 * reason; if the variable {@code CI} is {@code true} it fails instead, so that this tier cannot go missing unnoticed.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DockerCondition.class)
@interface DockerTest {}
