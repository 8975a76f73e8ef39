package dev.slipway.testkit.kubernetes;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a real control plane as a parameter of type {@link KubeApiServer}. All classes of one test
 * run share it: a class leaves behind no cluster-wide object and no namespace that another class uses.
 *
 * <p>A parameter of type {@link KubernetesCluster} is the same control plane, or the {@link GivenCluster} if there is
 * one; then what is marked with {@link OwnControlPlane} is reported as skipped.
 *
 * <p>With the system property {@value KubernetesExtension#OLDEST} the control plane is of the oldest supported version.
 *
 * <p>If the programs are missing, the class is reported as skipped, with the command that gets them; if the variable
 * {@code CI} is {@code true} it fails instead, so that this tier cannot go missing unnoticed.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KubernetesExtension.class)
public @interface KubernetesTest {}
