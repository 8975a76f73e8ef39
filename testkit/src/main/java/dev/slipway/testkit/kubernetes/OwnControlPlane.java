package dev.slipway.testkit.kubernetes;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test, or a class of tests, that a {@link GivenCluster} cannot serve. There it is reported as skipped, with the reason. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnControlPlane {
    /** What the test does that only works with a control plane of its own. */
    String value();
}
